# Cycles de facturation.
runs-title = Cycles de facturation
runs-text = Une personne prépare, une autre approuve, puis les factures sont émises.
runs-empty-title = Aucun cycle
runs-empty-text = Un cycle montre ce qui est dû à une date avant l’émission.
runs-closed = Les livres sont clos jusqu’au { $day } : aucun document n’est daté d’avant.
run-of = Cycle du { $day }
run-documents = { $count ->
    [0] Aucun document
    [one] Un document
   *[other] { $count } documents
}
run-state-prepared = En attente d’approbation
run-state-approved = Approuvé
run-state-issuing = Émission en cours
run-state-issued = Émis
run-state-withdrawn = Retiré
run-state-changed = A changé
run-changed-text = Des faits ont changé depuis la préparation. Rien n’a été émis : préparez un nouveau cycle.
run-outcome = { $issued } documents émis, { $blocked } contrats bloqués, { $pending } fichiers en attente.
run-progress = { $done } sur { $total }
run-own = Vous l’avez préparé : l’approbation revient à quelqu’un d’autre.
run-approve = Approuver le cycle
run-issue = Émettre les factures
run-withdraw = Retirer le cycle
run-facts = Qui et quoi
run-prepared = Préparé
run-approved = Approuvé
run-issued = Émis
run-service-until = Prestations jusqu’au
run-digest = Empreinte du contenu
run-blocked = Non facturé
run-lines = Ce qui est émis
run-nothing = Rien n’est dû qui ne soit déjà facturé.
run-sum = Total
prepare-title = Préparer un cycle
prepare-send = Calculer l’aperçu
field-as-of = Date d’arrêté
field-as-of-hint = Tout ce qui est dû à cette date.
field-service-hint = Les prestations qui commencent après attendent le cycle suivant.
error-day = Veuillez indiquer un jour.
error-future = Cette date est future : son cycle clôturerait les livres jusque-là.
column-run = Cycle
column-prepared = Préparé
column-contract = Contrat
column-reason = Motif
column-kind = Type
column-net = Net
column-tax = Taxe
nav-runs = Facturation
