# Payer et payé.
paid-on = Payée le { $day }
paid-over = Payée, { $amount } de trop
paid-held = Annulée, { $amount } à restituer
paid-to-give-back = { $amount } à restituer
paid-partly = { $amount } encore à payer
paid-overdue = { $days ->
    [one] 1 jour de retard
   *[other] { $days } jours de retard
}
pay-by-card = Payer { $amount } par carte
pay-card-text = Vous payez sur la page de notre prestataire de paiement et revenez ici.
pay-going-title = Vers la page de paiement
pay-going-text = Vous êtes dirigé vers la page de notre prestataire de paiement.
pay-going-on = Continuer vers la page de paiement
pay-arriving-title = Retour de la page de paiement
pay-arriving-text = Vous êtes ramené à la facture.
pay-crumb = Paiement par carte
pay-back = Retour à la facture
pay-paid-title = Merci, la facture est payée
pay-paid-text = { $amount } pour la facture { $number } ont été reçus.
pay-confirming-title = Le paiement est en cours de confirmation
pay-confirming-text = { $amount } pour la facture { $number } sont en route. Cette page vérifie d’elle-même ; vous pouvez aussi la fermer.
pay-declined-title = La carte a été refusée
pay-declined-text = Rien n’a été débité pour la facture { $number }. Essayez une autre carte ou interrogez votre banque.
pay-unfinished-title = Le paiement n’a pas été terminé
pay-unfinished-text = Rien n’a été débité pour la facture { $number }. Vous pouvez reprendre où vous vous êtes arrêté.
pay-expired-title = La page de paiement a expiré
pay-expired-text = Rien n’a été débité pour la facture { $number }. Recommencez depuis la facture.
pay-none-title = Aucun paiement n’a été commencé
pay-none-text = Personne n’a commencé à payer la facture { $number } par carte.
payments-title = Paiements
payments-none = Aucun paiement n’a encore été reçu.
payment-day = Reçu le
payment-how = Moyen
payment-amount = Montant
payment-fee = Frais
payment-settles = Dont pour cette facture
payment-card = Carte
payment-transfer = Virement
payment-entries = Écritures
entry-all = Écritures du paiement
entry-payment = Paiement
entry-fee = Frais du prestataire de paiement
entry-refund = Remboursement
entry-refund-failed = Remboursement revenu
entry-debit = Débit
entry-credit = Crédit
refund-ask = Demander le remboursement de { $amount }
refund-approve = Approuver et rembourser
refund-withdraw = Retirer
refund-requested = Le remboursement de { $amount } attend une seconde personne depuis le { $day }
refund-sending = Le remboursement de { $amount } est en route
refund-returned = { $amount } remboursés le { $day }
refund-failed = Le remboursement de { $amount } a échoué le { $day }
refund-withdrawn = Le remboursement de { $amount } du { $day } a été retiré

