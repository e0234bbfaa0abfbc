## Consommation de la période en cours.
running-title = Consommation : { $item }
running-sub = Contrat { $number } avec { $customer } · { $meter }
running-now = La période en cours
running-item = Poste
running-period = La période en cours : { $period }
running-used = Consommé à ce jour
running-included = Inclus
running-above = Excédent à ce jour
running-projected = Prévu à la fin
running-costs = Coût à la fin
running-share = Mesuré
running-measured = { $share } de la période est mesuré ; état au { $moment }
running-amount = { $amount } hors taxes
running-not-projected = trop tôt pour le dire
running-committed = Minimum convenu
running-committed-text = dû quelle que soit la consommation
running-allowance = Part de ce qui est inclus
running-of = sur { $quantity }
running-early = Il est trop tôt pour prévoir la fin : moins d’un dixième de la période est mesuré.
running-before-open = La période précédente n’est pas encore close ; on ne sait donc pas ce qui reste de son forfait.
running-by-hand-title = Saisi à la main
running-by-hand-text = Aucune machine ne mesure ce poste. Saisissez le relevé une fois la période passée ; il est facturé avec la prochaine campagne.
running-nothing-title = Rien de mesuré dans cette période
running-nothing-text = Faites envoyer les mesures à ce serveur par l’instance ou son collecteur. Ce qui arrive s’affiche ici dans l’heure ; les sources ci-dessous disent quand chacune s’est manifestée.
running-over = Le poste n’est pas en cours aujourd’hui. Ses périodes closes figurent ci-dessous.
running-why-projected = D’où vient la prévision pour { $instance }
running-why-so-far = D’où vient le montant à ce jour
running-why-end = D’où vient le montant à la fin
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
running-closed = Close
running-estimated = Estimée
running-corrected = Corrigée
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
alert-open = Voir la consommation
alert-of-allowance = { $share } de ce qui est inclus
alert-of-budget = { $share } du budget
alert-allowance = { $share } de ce qui est inclus pour { $period } : { $used } sur { $bound }
alert-budget = { $share } du budget pour { $period } : { $used } sur { $bound }

## D’où vient le montant d’une période en cours, pas à pas.
reason-amount = Montant pour { $period }, hors taxes
reason-read = Mesuré sur { $instance }
reason-foreseen = Prévision pour { $instance }
reason-share = { $share } de la période est mesuré
reason-steps = Compté par tranches entamées de
reason-bound = Une estimation qui peut s’écarter de { $percent } compte comme la limite qu’elle dépasse de peu
reason-part = Part du forfait entier de { $quantity }
reason-rolled-over = Reste de { $period }
reason-tier = Tranche { $tier } : { $quantity } × { $price }
reason-price = { $quantity } × { $price }
reason-lump-sum = Prix forfaitaire de { $price }
reason-most = Déduit, car le maximum convenu est atteint
reason-projected = Prévu à la fin de { $period }
reason-measured = Part mesurée de la période
reason-to-come = Part encore à venir
reason-grows = Augmente avec le temps mesuré : à ce jour × (1 + à venir ÷ mesuré)
reason-holds = Un niveau qui reste tel qu’il est mesuré à ce jour
reason-only-rises = Ne peut que monter : au moins ce qui est atteint à ce jour
reason-only-falls = Ne peut que baisser : au plus ce qui est atteint à ce jour
reason-exact = Valeurs exactes
source-pushes = envoie des mesures
source-events = envoie des événements
source-asked = est interrogée
source-file = fichier ou saisie
source-other = d’une autre manière
