## Usage de la période en cours.
running-title = Usage : { $item }
running-sub = Contrat { $number } avec { $customer } · { $meter }
running-now = La période en cours
running-item = Poste
running-period = La période en cours : { $period }
running-used = Utilisé à ce jour
running-included = Compris
running-above = Au-delà à ce jour
running-projected = Prévu à la fin
running-costs = Coût à la fin
running-share = Mesuré
running-measured = { $share } de la période est mesuré ; état au { $moment }
running-amount = { $amount } hors taxes
running-not-projected = trop tôt pour le dire
running-committed = Minimum convenu
running-committed-text = dû quel que soit l’usage
running-allowance = Part de ce qui est compris
running-of = sur { $quantity }
running-early = Il est trop tôt pour prévoir la fin : moins d’un dixième de la période est mesuré.
running-before-open = La période précédente n’est pas encore close ; on ne sait donc pas ce qui reste de son forfait.
running-by-hand-title = Saisi à la main
running-by-hand-text = Aucune machine ne mesure ce poste. Saisissez le relevé une fois la période passée ; il est facturé avec le prochain traitement.
running-nothing-title = Rien de mesuré dans cette période
running-nothing-text = Faites envoyer les mesures à ce serveur par l’instance ou son collecteur. Ce qui arrive s’affiche ici dans l’heure ; les sources ci-dessous disent quand chacune s’est manifestée.
running-over = Le poste n’est pas en cours aujourd’hui. Ses périodes closes figurent ci-dessous.
running-why = D’où cela vient
running-why-so-far = Le montant à ce jour
running-why-end = Le montant à la fin
running-findings = { $count ->
    [one] Un enregistrement a été laissé hors de la mesure : il contredit un précédent ou a une autre unité.
   *[other] { $count } enregistrements ont été laissés hors de la mesure : ils contredisent des précédents ou ont une autre unité.
}
running-course = La période jour par jour
running-by-day = Par jour
running-by-month = Par mois
running-total = En tout
running-before = Les 13 derniers mois
running-no-reading = Aucune période de cette instance n’est encore close, et rien n’est mesuré.
running-state = En cours
running-as-of = état au { $moment }
running-closed = Close, révision { $revision }
running-estimated = Estimée, révision { $revision }
running-corrected = Corrigée, révision { $revision }
running-sources = Qui mesure
running-source = Source
running-kind = Comment
running-received = Dernier signe
running-told = Valeur la plus récente
running-never = jamais
running-no-source = Aucune source n’a encore rendu compte de ces instances. Faites envoyer les mesures par l’instance ou son collecteur, ou saisissez les relevés à la main.

## Seuils d’un forfait ou d’un budget.
alert-title = Seuils atteints
alert-group = Forfaits qui s’épuisent
alert-open = Voir l’usage
alert-of-allowance = { $share } de ce qui est compris
alert-of-budget = { $share } du budget
alert-allowance = { $share } de ce qui est compris pour { $period } : { $used } sur { $bound }
alert-budget = { $share } du budget pour { $period } : { $used } sur { $bound }
source-adjustment = Révision de prix
source-tax-evidence = Justificatif fiscal
source-evidence = Message
more-requests = { $count } autres messages

## Webhooks.
webhook-title = Webhook
webhook-open = Webhook
webhook-sub = Client { $number } : où ses programmes sont avertis
webhook-none = Non configuré
webhook-on = Actif
webhook-off = Arrêté
webhook-gone = Destinataire disparu
webhook-text = Quand la consommation d’une période atteint un seuil, cette adresse reçoit un POST en JSON, signé selon Standard Webhooks. Il est répété pendant environ deux jours jusqu’à une réponse de succès.
webhook-address = Adresse
webhook-address-hint = Commence par https://
webhook-error-address = Aucun webhook ne peut aller à cette adresse. Indiquez-en une qui commence par https://, sans utilisateur ni mot de passe.
webhook-save = Enregistrer l’adresse
webhook-renew = Créer un nouveau secret
webhook-stop = Arrêter le webhook
webhook-fresh = Le secret
webhook-fresh-text = Il n’est montré que cette fois. Transmettez-le au client par une voie sûre ; qui l’a peut signer comme nous.
audit-webhook-set = Webhook configuré
audit-webhook-secret = Nouveau secret d’un webhook
audit-webhook-off = Webhook arrêté
audit-webhook-gone = Destinataire d’un webhook disparu
