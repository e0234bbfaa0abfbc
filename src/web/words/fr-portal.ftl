# The pages of customers.
portal-invoices-title = Vos factures
portal-lead = La dernière facture est la { $number } du { $day }.
portal-lead-none = Aucune facture ne vous a encore été adressée.
portal-lead-settled = Toutes vos factures sont réglées.
portal-lead-overdue = { $overdue ->
    [one] Une facture est en retard, { $amount }.
   *[other] { $overdue } factures sont en retard, { $amount }.
}
portal-lead-more = { $coming ->
    [one] Une autre est due le { $day }.
   *[other] { $coming } autres sont dues, la prochaine le { $day }.
}
portal-lead-due = { $coming ->
    [one] Rien n’est en retard. Une facture est due le { $day }.
   *[other] Rien n’est en retard. { $coming } factures sont dues, la prochaine le { $day }.
}
portal-none-title = Pas encore de facture
portal-none-text = Dès son émission, elle figure ici avec ses fichiers et l’origine de chaque montant.
portal-newest = Dernière facture
portal-newest-service = Sa prestation
portal-sum = Facturé en { $year }
portal-due-next = Prochaine échéance
portal-paid-in = Payé en { $year }
portal-open = À payer
portal-years = Années
portal-invoices-of = Factures de { $year }
portal-counted = { $count ->
    [one] Une facture
   *[other] { $count } factures
}
portal-column-invoice = Facture
portal-column-due = Net à payer
portal-column-files = Télécharger
portal-original-note = La page de chaque facture dit quel fichier est l’original pour votre comptabilité et lequel sert à la lecture.
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
portal-language-text = Elle vaut pour ces pages et pour les e-mails que vous recevez de nous. Vos factures gardent la langue convenue.
portal-roles-text = Ce que vous pouvez voir et faire ici. Dites-nous si cela doit changer.
portal-roles-title = Ce que vous pouvez faire
portal-role-billing = Facturation : voir les factures et les payer
portal-role-procurement = Achats : voir les factures et les coordonnées
portal-role-technical = Technique : voir la consommation et les coordonnées
portal-help = Aide
portal-onward-title = Un instant
portal-onward-go = Continuer
portal-sign-in-title = Connexion à l’espace client
portal-sign-in-lead = Indiquez votre adresse e-mail. Nous vous envoyons un lien de connexion ; il n’y a pas de mot de passe.
portal-sign-in-send = Recevoir un lien
portal-sign-in-no-account = Vous n’avez pas encore d’accès ? Adressez-vous à nous, ou à un collègue qui en a un.
portal-no-mail = Personne ne peut se connecter par e-mail pour le moment.
portal-no-mail-text = L’envoi d’e-mails n’est pas encore configuré ici. Demandez-nous un lien.
portal-staff = Notre personnel se connecte ici
portal-error-often = Plusieurs liens ont été demandés. Attendez quelques minutes et consultez votre boîte entre-temps.
portal-sent-title = Consultez votre boîte aux lettres
portal-sent-lead = Si l’adresse correspond à un compte, un lien y est en route. Il vaut { $minutes } minutes et ne s’ouvre qu’une fois.
portal-sent-wait = Cela prend en général une minute. Regardez aussi dans le dossier des indésirables.
portal-sent-none = Par sécurité, cette page dit la même chose que l’adresse nous soit connue ou non.
portal-sent-again = Demander un nouveau lien
portal-confirm-title = Se connecter maintenant ?
portal-confirm-lead = Vous vous connectez en tant que { $email }.
portal-confirm-send = Se connecter
portal-closed-title = Ce lien n’ouvre rien
portal-link-used = Il a déjà servi. Chaque lien ne s’ouvre qu’une fois.
portal-link-expired = Son délai est passé. Un lien ne vaut que quelques minutes.
portal-link-unknown = Nous ne le connaissons pas. L’adresse a peut-être été coupée dans votre e-mail.
portal-ask-us = À qui vous adresser
portal-ask-nobody = Adressez-vous à la personne qui vous a envoyé ici.
portal-contact-name = Interlocuteur
portal-contact-email = Adresse e-mail
portal-contact-phone = Téléphone
portal-ask-sign-in = Comment me connecter ?
portal-answer-sign-in = Avec votre adresse e-mail : nous envoyons un lien qui vaut quelques minutes et ne s’ouvre qu’une fois. Aucun mot de passe à retenir.
portal-ask-original = Quel fichier va dans notre comptabilité ?
portal-answer-original = Cela dépend du format convenu avec vous. La page de chaque facture dit quel fichier est l’original et lequel sert à la lecture.
portal-ask-why = D’où vient un montant ?
portal-answer-why = Sous chaque ligne d’une facture se trouve « Pourquoi ce montant ? ». On y descend jusqu’au prix, aux jours et aux relevés.
portal-ask-wrong = Et si une facture est fausse ?
portal-answer-wrong = Donnez-nous son numéro et la ligne. Ce qui est émis n’est jamais modifié ; nous envoyons une rectification qui la cite.
portal-ask-people = Comment un collègue obtient-il un accès ?
portal-answer-people = Indiquez-nous le nom, l’adresse e-mail et ce que la personne doit voir : les factures, ou la consommation seulement.
portal-year-files = Télécharger les fichiers de { $year } (ZIP, { $count ->
    [one] une facture
   *[other] { $count } factures
})
portal-usage = Consommation
portal-usage-title = Votre consommation
portal-usage-lead = { $contract }, contrat { $number }, { $year }
portal-usage-contracts = Contrats avec relevés
portal-usage-none-title = Pas encore de relevé
portal-usage-none-text = Dès qu’une période est relevée et close, elle figure ici avec ce sur quoi elle repose.
portal-contact-title = Vos coordonnées
portal-contact-lead = À qui nous écrivons et téléphonons. Un changement vaut dès aujourd’hui ; ce qui est émis reste tel quel.
portal-contact-heading = Contact pour les factures et les questions
portal-contact-who = Personne ou service
portal-contact-save = Enregistrer le contact
portal-people-title = Qui a accès
portal-people-tasks = Tâche
portal-address-title = Adresse des factures
portal-address-text = L’adresse, les données fiscales et l’envoi de vos factures reposent sur le contrat. Adressez-vous à nous pour les changer.
portal-error-phone = Un numéro de téléphone n’a que des chiffres, des espaces et + - / ( ).
portal-error-stale = Vos données ont changé entre-temps. Comparez-les et enregistrez de nouveau.
portal-contact-nav = Coordonnées
