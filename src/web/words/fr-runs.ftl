# Campagnes de facturation.
runs-title = Campagnes de facturation
runs-text = Une personne prépare, une autre approuve, puis les factures sont émises.
runs-empty-title = Aucune campagne
runs-empty-text = Une campagne montre ce qui est dû à une date avant l’émission.
runs-closed = Les livres sont clos jusqu’au { $day } : aucun document n’est daté d’avant.
run-of = Campagne du { $day }
run-documents = { $count ->
    [0] Aucun document
    [one] Un document
   *[other] { $count } documents
}
run-state-prepared = En attente d’approbation
run-state-approved = Approuvée
run-state-issuing = Émission en cours
run-state-issued = Émise
run-state-withdrawn = Retirée
run-state-changed = A changé
run-changed-text = Des faits ont changé depuis la préparation. Rien n’a été émis : préparez une nouvelle campagne.
run-outcome = Résultat : { $issued ->
    [0] aucun document émis
    [one] un document émis
   *[other] { $issued } documents émis
}, { $blocked ->
    [0] aucun contrat bloqué
    [one] un contrat bloqué
   *[other] { $blocked } contrats bloqués
}, { $pending ->
    [0] aucun fichier en attente
    [one] un fichier en attente
   *[other] { $pending } fichiers en attente
}.
run-progress = { $done } sur { $total }
run-steps = Étapes de la campagne
run-next = Ce qui se passe ensuite
run-then-approve = L’approbation n’émet encore rien : les numéros sont attribués à l’étape suivante.
run-then-withdraw = Retirer abandonne la campagne ; une autre peut être préparée à tout moment.
run-then-numbers = { $count ->
    [0] Aucun document n’est émis.
    [one] Un document reçoit son numéro, et ses fichiers sont produits.
   *[other] { $count } documents reçoivent leurs numéros, et leurs fichiers sont produits.
}
run-then-ledger = Le grand livre est écrit dans la même étape.
run-then-kept = Ensuite, seul un avoir peut les modifier.
run-own = Vous l’avez préparée : l’approbation revient à quelqu’un d’autre.
run-approve = Approuver la campagne
run-issue = Émettre les factures
run-withdraw = Retirer la campagne
run-facts = À propos de cette campagne
run-prepared = Préparée
run-approved = Approuvée
run-issued = Émise
run-period = Date de facturation { $day } : est facturé ce qui est dû à cette date, quelle que soit la fin de la prestation.
run-period-until = Date de facturation { $day }, prestation jusqu’au { $until } : est facturé ce qui est dû à cette date ; la prestation qui commence plus tard attend la prochaine campagne.
run-change = Comparaison avec la dernière campagne
run-change-net = Montants HT, comparés à la campagne du { $day }. Les avoirs comptent en négatif.
run-change-none = Aucune campagne antérieure n’a émis de document.
run-before = Dernière campagne
run-now = Cette campagne
run-difference = Différence
run-change-documents = { $now }, auparavant { $before }
run-service-until = Prestations jusqu’au
run-digest = Empreinte du contenu
run-blocked = Non facturé
run-lines = Ce qui est émis
run-nothing = Rien n’est dû qui ne soit déjà facturé.
run-sum = Total
prepare-title = Préparer une campagne
prepare-send = Calculer l’aperçu
field-as-of = Date d’arrêté
field-as-of-hint = Tout ce qui est dû à cette date.
field-service-hint = Les prestations qui commencent après attendent la campagne suivante.
error-day = Veuillez indiquer un jour.
error-future = Cette date est future : sa campagne clôturerait les livres jusque-là.
column-run = Campagne
column-prepared = Préparé
column-contract = Contrat
column-reason = Motif
column-kind = Type
column-net = HT
column-tax = Taxe
nav-runs = Facturation
