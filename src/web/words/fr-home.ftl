# La page d’accueil, les perspectives et l’annulation de factures.
home-title = { $count ->
    [0] Rien ne vous attend aujourd’hui
    [1] Une chose vous attend aujourd’hui
    [2] Deux choses vous attendent aujourd’hui
    [3] Trois choses vous attendent aujourd’hui
    [4] Quatre choses vous attendent aujourd’hui
    [5] Cinq choses vous attendent aujourd’hui
    [6] Six choses vous attendent aujourd’hui
    [7] Sept choses vous attendent aujourd’hui
    [8] Huit choses vous attendent aujourd’hui
    [9] Neuf choses vous attendent aujourd’hui
    [10] Dix choses vous attendent aujourd’hui
    [11] Onze choses vous attendent aujourd’hui
    [12] Douze choses vous attendent aujourd’hui
   *[other] { $count } choses vous attendent aujourd’hui
}
home-held-back = { $count ->
    [0] Aucun contrat n’est bloqué
    [one] Un contrat est bloqué
   *[other] { $count } contrats sont bloqués
}
home-due-contracts = { $count ->
    [one] Un contrat
   *[other] { $count } contrats
}
home-more = { $count ->
    [one] Encore un
   *[other] { $count } autres
}
home-tries = { $count ->
    [one] Un essai
   *[other] { $count } essais
}
days = { $count ->
    [one] 1 jour
   *[other] { $count } jours
}
nav-today = Aujourd’hui
nav-outlook = Perspectives
done-cancelled = La facture est annulée : l’avoir { $by } est émis.
done-cancelled-before = La facture était déjà annulée, par l’avoir { $by }.
done-run-prepared = La campagne est préparée. Une autre personne l’approuve maintenant.
done-run-approved = La campagne est approuvée.
done-run-issuing = Les factures sont en cours d’émission.
done-run-withdrawn = La campagne est retirée.
cancel-open = Annuler…
cancel-crumb = Annuler
cancel-title = Annuler { $number }
cancel-sub = { $customer } · émise le { $day } · { $gross } TTC
cancel-consequences = Ce qui se passe
cancel-issues = Un avoir de { $gross } est émis à la date du { $day }. Il reprend chaque ligne de { $number }.
cancel-books = Le grand livre reprend le produit et la TVA dans la même étape.
cancel-credits = Les réductions de { $amount } qui étaient déduites sont à nouveau ouvertes. La prochaine facture les déduit.
cancel-again = La prochaine campagne facture à nouveau la même prestation : { $amount } TTC, selon le contrat et les relevés actuels. Pour facturer autre chose, modifiez d’abord le contrat.
cancel-again-nothing = La prochaine campagne ne facture rien à ce titre : le contrat ne prévoit plus rien.
cancel-again-unknown = Le contrat est bloqué. Une fois la cause levée, la prochaine campagne facture ce que le contrat prévoit alors.
cancel-kept = La facture est conservée avec son numéro. Les deux documents renvoient l’un à l’autre ; cela ne peut pas être défait.
cancel-why = Pourquoi
cancel-reason = Motif de la correction
cancel-reason-hint = Il figure sur l’avoir et dans le journal ; { $limit } caractères au plus.
cancel-error-missing = Le motif manque. Dites pourquoi la facture est annulée.
cancel-error-long = Le motif compte { $count } caractères ; { $limit } au plus.
cancel-send = Annuler et créditer { $gross }
cancel-back = Garder la facture
cancel-note = L’avoir
cancel-gross = Net à créditer, { $currency }
cancel-refused-credit-note = Ceci est un avoir. Seule une facture peut être annulée ; ce qui a été rendu est facturé par la prochaine campagne si le contrat le prévoit.
cancel-refused-in-part = Un document ultérieur a déjà rendu une partie de cette facture. Annulée en totalité, cette partie serait rendue deux fois. Annulez d’abord la facture ultérieure ou modifiez le contrat.
fact-cancelled-by = Annulée par
events = Ce qui s’est passé
event-frozen = Calculée et vérifiée
event-issued = Émise, numéro attribué
event-cancelled = Annulée par un avoir
home-list = Liste de travail
home-what = Quoi
home-amount = Montant
home-when = Quand
home-action = Prochaine étape
home-nothing-title = Rien à faire pour vous
home-nothing-text = Ici figure ce qui est à approuver, à émettre, en retard ou bloqué.
home-approve = À approuver
home-review = Examiner
home-issue = À émettre
home-open-run = Ouvrir
home-open-next = Ouvrir la campagne du { $day }
home-today = Aujourd’hui
home-since = depuis le { $day }
home-due = À facturer
home-due-text = Redevances depuis la dernière campagne, estimation HT ; la consommation et les régularisations s’ajoutent.
home-prepare = Préparer
home-blocked = Bloqués
home-blocked-state = Non facturé
home-open-contract = Ouvrir le contrat
home-overdue = En retard
home-open-invoice = Ouvrir la facture
home-refunds = Remboursements à approuver
home-held = À restituer
home-pending = Fichiers en attente
home-pending-text = Contrat { $contract } : le PDF et le XML manquent encore, rien n’est livré.
home-pending-state = En attente
home-failed = Tâches échouées
home-open = Ouvrir
home-lacking = Clients incomplets
home-lacking-state = Manquant
home-open-customer = Ouvrir le client
home-monthly = Récurrent mensuel
home-yearly = Récurrent annuel
home-contracted = Contractuel, 12 mois
home-cash = Exigible sous 30 jours
home-open-amounts = Montants ouverts
home-and = et { $others }
home-and-more = et { $others }, { $more }
home-beyond = dont { $amount } au-delà du préavis
home-late = dont { $amount } en retard
home-late-all = tout en retard
home-late-besides = { $amount } en retard en plus
home-next = Les 12 prochains mois
home-legend = Plein : signé. Hachuré : attendu.
home-next-link = Le détail
chart-table = Les mêmes chiffres en tableau
column-month = Mois
column-age = Ancienneté
column-day = Au
column-days = Jours
column-due = Échéance
column-open = Ouvert
column-month-amount = Par mois
column-year-amount = Par an
column-bound = Signé
column-beyond = Attendu
column-both = Ensemble
outlook-as-of = État au { $at }.
outlook-as-of-older = État au { $at }. Un changement est intervenu depuis ; les chiffres sont recalculés.
outlook-currency = Devise
outlook-parts = Ce qui le compose
outlook-total = Total
outlook-left = Non compté
recurring-crumb = Revenus récurrents
recurring-title = { $amount } par mois
recurring-course = { $from } – { $to }
recurring-monthly = Récurrent mensuel
recurring-text = Au premier jour de chaque mois, puis aujourd’hui : les redevances des postes en cours, HT, sans consommation ni frais uniques.
recurring-chart = Revenus récurrents mensuels, en { $currency } : { $figures }.
recurring-empty-title = Aucun contrat en cours
recurring-empty-text = Ici figure ce que rapportent les contrats en cours.
contracted-crumb = Revenus contractuels
contracted-title = { $amount } sur les 12 prochains mois
contracted-course = Mois par mois
contracted-unit = Revenu par jours de prestation, HT
contracted-text = Plein : jusqu’à la fin convenue ou la prochaine possible. Hachuré : contrats ouverts après leur préavis.
contracted-chart = Revenus contractuels par mois, en { $currency } : { $figures }.
contracted-unknown-title = Prix encore inconnus
contracted-unknown = La clause { $clause } change le prix à partir du { $day } ; la valeur de l’indice manque encore. D’ici là, le prix précédent compte.
cash-crumb = Par échéance
cash-title = { $amount } exigibles sous 30 jours
cash-title-overdue = { $amount } exigibles sous 30 jours, { $overdue } en retard
cash-text = Factures ouvertes par échéance. Cela dit quand l’argent est dû, non quand il arrive.
cash-overdue = En retard
cash-soon = Exigible sous 30 jours (jusqu’au { $day })
cash-later = Exigible de 31 à 90 jours
cash-rest = Exigible plus tard
open-crumb = Par ancienneté
open-title = { $amount } ouverts
open-text = Factures émises, moins ce qui leur est affecté ; les plus anciennes d’abord.
open-empty-title = Rien n’est ouvert
open-empty-text = Chaque facture émise figure ici jusqu’à son règlement.
open-credits = Avoirs non imputés
open-credits-text = Ce que nous devons. Ce n’est pas déduit de la somme ci-dessus.
age-not-due = Pas encore échu
age-30 = 1 à 30 jours
age-60 = 31 à 60 jours
age-90 = 61 à 90 jours
age-older = Plus de 90 jours
home-money-in = Encaissements
home-money-out = Remboursements
home-contracts = Contrats et clients
home-operations = Exploitation
home-areas = Où cela attend
