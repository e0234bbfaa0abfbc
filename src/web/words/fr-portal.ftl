# The pages of customers.
portal-invoices-title = Vos factures
portal-lead = La dernière facture est la { $number } du { $day }.
portal-lead-none = Aucune facture ne vous a encore été adressée.
portal-none-title = Pas encore de facture
portal-none-text = Dès son émission, elle figure ici avec ses fichiers et l’origine de chaque montant.
portal-newest = Dernière facture
portal-newest-service = Sa prestation
portal-sum = Facturé en { $year }
portal-years = Années
portal-invoices-of = Factures de { $year }
portal-counted = { $count ->
    [one] Une facture
   *[other] { $count } factures
}
portal-column-invoice = Facture
portal-column-due = Net à payer
portal-column-files = Télécharger
portal-original-note = Le PDF sert à la lecture. La page de chaque facture dit quel fichier est l’original pour votre comptabilité.
portal-invoice-sub = { $kind } · émise le { $day } · prestation { $period }
portal-pay-title = Pour payer
portal-pay-amount = Montant
portal-pay-due = Échéance
portal-pay-reference = Référence
portal-pay-payee = Bénéficiaire
portal-pay-iban = IBAN
portal-pay-bic = BIC
portal-proof-text = Empreinte de la facture telle qu’elle a été émise. Elle ne change jamais, et chaque montant peut être recalculé.
portal-account = Compte
portal-language-text = Elle vaut pour ces pages et pour les courriels que vous recevez de nous. Vos factures gardent la langue convenue.
portal-roles-text = Ce que vous pouvez voir et faire ici. Dites-nous si cela doit changer.
portal-roles-title = Ce que vous pouvez faire
portal-role-billing = Facturation : voir les factures et les payer
portal-role-procurement = Achats : voir les factures et les coordonnées
portal-role-technical = Technique : voir l’usage et les coordonnées
