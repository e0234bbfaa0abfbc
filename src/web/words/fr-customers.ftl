# Clients, contrats, prix et consommation, en français.
customer-title = Clients
customer-all = { $count ->
    [0] Aucun client n’est encore enregistré.
    [one] Un client est enregistré.
   *[other] { $count } clients sont enregistrés.
}
customer-found = { $count ->
    [0] Aucun client ne correspond au filtre.
    [one] Un client correspond au filtre.
   *[other] { $count } clients correspondent au filtre.
}
customer-empty-title = Pas encore de client
customer-empty-text = Les clients viennent avec un livre : herdbook import LIVRE.toml.
customer-filter = Filtrer les clients
customer-filter-text = Numéro ou nom
customer-clear = Tout afficher
customer-country = Pays
customer-kind = Type
customer-format = Format électronique
customer-running = { $count ->
    [0] aucun en cours
    [one] 1 en cours
   *[other] { $count } en cours
}
customer-kind-public-de = Organisme public en Allemagne
customer-kind-public-eu = Organisme public dans l’UE
customer-kind-eu-institution = Institution de l’UE
customer-kind-organisation = Organisation internationale
customer-kind-mission = Ambassade ou consulat
customer-kind-university = Université
customer-kind-business = Entreprise
customer-kind-ngo = Organisation sans but lucratif
customer-sub = Client { $number } · { $kind } · { $country }
customer-ready = Facturable
customer-lacking = { $count ->
    [one] Un élément manque
   *[other] { $count } éléments manquent
}
customer-lacks = Ce qui manque
customer-contracts-all = { $count ->
    [one] Un contrat
   *[other] Les { $count } contrats
}
customer-contracts-none = Il n’y a pas de contrat avec ce client.
customer-tax = Traitement fiscal à ce jour
customer-tax-treatment = Traitement
customer-tax-reason = Motif sur les documents
customer-tax-rate = TVA { $rate }
customer-tax-reverse = Autoliquidation
customer-tax-exempt = Exonéré
customer-tax-outside = Hors champ de la TVA
customer-tax-blocked = Bloqué
customer-nature-automated = Services automatisés
customer-nature-human = Travail humain
customer-nature-sold = dans un contrat
customer-nature-not-sold = dans aucun contrat
customer-evidence = Justificatifs fiscaux
customer-evidence-none = Aucun justificatif fiscal n’est enregistré.
customer-evidence-what = Justificatif
customer-evidence-reference = Référence
customer-evidence-valid = Validité
customer-evidence-exemption = Exonération
customer-evidence-business = Preuve de statut professionnel
customer-evidence-vies = Réponse VIES
customer-evidence-earlier = { $count ->
    [one] Une réponse antérieure
   *[other] { $count } réponses antérieures
}
customer-proof-holds = Valable
customer-proof-later = Pas encore valable
customer-proof-over = Expiré
customer-vies-holds = Valide, fait foi
customer-vies-valid = Valide
customer-vies-old = Valide, à redemander
customer-vies-invalid = Non valide
customer-lack-seller-country = Les règles fiscales ne couvrent que les vendeurs en Allemagne.
customer-lack-seller-vat-id = Le vendeur n’a pas de numéro de TVA, que toute facture en autoliquidation doit porter.
customer-lack-seller-tax-number = Le vendeur n’a pas de numéro fiscal, que toute facture hors champ de la TVA doit porter.
customer-lack-small-business = Une petite entreprise ne peut facturer un consommateur à l’étranger sans décision.
customer-lack-exemption = Aucun justificatif ne montre que l’exonération vaut au { $day }. Saisissez la clause de commande ou l’attestation.
customer-lack-vat-id = Une entreprise dans l’UE doit avoir un numéro de TVA confirmé par VIES.
customer-lack-vat-id-country = Le numéro de TVA { $id } relève d’un autre pays que l’adresse. Une décision est nécessaire.
customer-lack-vat-id-wrong = Le numéro de TVA échoue au contrôle. Comparez-le avec le courrier du client.
customer-lack-vies = VIES n’a jamais confirmé le numéro de TVA { $id }. Interrogez VIES et saisissez la réponse.
customer-lack-vies-invalid = VIES a signalé { $id } comme non valide le { $day }.
customer-lack-vies-old = La réponse VIES du { $day } est trop ancienne. Interrogez VIES à nouveau.
customer-lack-vies-expired = La réponse VIES du { $day } ne vaut plus, même pendant une panne de VIES.
customer-lack-one-stop-shop = La TVA du pays du client est due, mais le vendeur n’est pas inscrit au guichet unique.
customer-lack-business = Aucune preuve de statut professionnel ne vaut au { $day }.
customer-lack-uk = Le client n’est pas immatriculé à la TVA au Royaume-Uni ; le vendeur devra peut-être s’y immatriculer.
customer-lack-ruling = Le lieu d’imposition du travail humain pour ce client demande une décision.
customer-lack-rate = Le taux de TVA de ce jour n’est pas enregistré.
customer-lack-leitweg = Il manque la Leitweg-ID, exigée par XRechnung.
customer-lack-leitweg-wrong = La Leitweg-ID échoue au contrôle.
customer-lack-siret = Il manque le SIRET, exigé par Chorus Pro.
customer-lack-siret-wrong = Le SIRET échoue au contrôle.
customer-lack-endpoint = Il manque l’adresse électronique, exigée par Peppol.
customer-lack-endpoint-wrong = L’adresse électronique échoue au contrôle.
customer-lack-order = Le contrat { $contract } n’a pas de numéro de commande, et le client en exige un.
customer-lack-other = Un contrôle que tout document doit passer échoue ({ $code }).
customer-states = États dans le temps
customer-states-text = Un document nomme l’état de sa date d’émission.
customer-state-first = Premier état enregistré
customer-state-changed = Modifié : { $what }
customer-state-always = Depuis le début
customer-state-known = Connu depuis le { $moment }
customer-state-now = en vigueur
customer-change-name = nom
customer-change-departments = services
customer-change-kind = type de client
customer-change-address = adresse
customer-change-contact = contact
customer-change-language = langue
customer-change-currency = devise
customer-change-vat-id = numéro de TVA
customer-change-evidence = justificatifs fiscaux
customer-change-routing = acheminement des documents
customer-change-order = règle de bon de commande
customer-about = À propos de ce client
customer-address = Adresse
customer-contact = Contact
customer-contact-name = Nom
customer-phone = Téléphone
customer-email = E-mail
customer-routing = Destination des documents
customer-leitweg = Leitweg-ID
customer-siret = SIRET
customer-service-code = Code service
customer-endpoint = Adresse électronique
customer-notices = Avis à
customer-vat-id = N° TVA
customer-documents = Documents
customer-language = Langue
customer-language-de = Allemand
customer-language-en = Anglais
customer-language-fr = Français
customer-currency = Devise
customer-order = Bon de commande
customer-order-needed = Exigé sur chaque facture
customer-order-free = Non exigé
contract-title = Contrats
contract-all = { $count ->
    [0] Aucun contrat n’est encore enregistré.
    [one] Un contrat est enregistré.
   *[other] { $count } contrats sont enregistrés.
}
contract-found = { $count ->
    [0] Aucun contrat ne correspond au filtre.
    [one] Un contrat correspond au filtre.
   *[other] { $count } contrats correspondent au filtre.
}
contract-empty-title = Pas encore de contrat
contract-empty-text = Les contrats viennent avec un livre : herdbook import LIVRE.toml.
contract-filter = Filtrer les contrats
contract-filter-text = Numéro, titre ou client
contract-clear = Tout afficher
contract-state-running = En cours
contract-state-later = Pas commencé
contract-state-ended = Terminé
contract-begins = Commence le { $day }
contract-ended = Terminé le { $day }
contract-term = Durée
contract-monthly = Par mois, HT
contract-since = depuis le { $day }
contract-until = jusqu’au { $day }
contract-renews = { $months ->
    [one] reconduit d’un mois
   *[other] reconduit de { $months } mois
}
contract-renewed = reconduction { $number }, contrat depuis le { $day }
contract-sub = Contrat { $number } avec { $customer }
contract-fee-now = Redevance mensuelle, HT
contract-fee-note = redevances fixes après remises, hors consommation
contract-fee = { $fee } { $currency } par mois
contract-binds = Engage jusqu’au
contract-ended-label = Terminé
contract-binds-end = puis il prend fin
contract-binds-open = si le préavis était donné aujourd’hui
contract-at-most = au plus jusqu’au { $day }
contract-notice-last = Dernier jour de préavis
contract-notice-left = { $days ->
    [0] aujourd’hui
    [one] encore un jour
   *[other] encore { $days } jours
}
contract-invoiced = Facturé, HT
contract-invoiced-note = { $count ->
    [0] pas encore de facture
    [one] sur une facture
   *[other] sur { $count } factures, avoirs déduits
}
contract-fault = Les prix sont ceux convenus au départ : une révision de prix ne peut être appliquée ({ $code }).
contract-timeline = Périodes du contrat
contract-timeline-text = Périodes, redevances fixes par mois avant remises, jours de préavis
contract-timeline-table = Périodes sous forme de tableau
contract-runs = Période
contract-term-first = Première période
contract-term-open = Durée indéterminée
contract-term-on = Se poursuit
contract-term-renewal = Reconduction { $number }
contract-term-past = { $term }
contract-term-now = { $term }, en cours
contract-term-agreed = { $term }, convenue
contract-term-possible = { $term }, possible
contract-notice-by = Préavis jusqu’au { $day }
contract-notice-passed = { $day }, passé
contract-today = Aujourd’hui
contract-items = Prestations et prix
contract-item = Prestation
contract-billed = Facturation
contract-monthly-ahead = Mensuelle, d’avance
contract-monthly-after = Mensuelle, à terme échu
contract-quarterly-ahead = Trimestrielle, d’avance
contract-quarterly-after = Trimestrielle, à terme échu
contract-half-yearly-ahead = Semestrielle, d’avance
contract-half-yearly-after = Semestrielle, à terme échu
contract-yearly-ahead = Annuelle, d’avance
contract-yearly-after = Annuelle, à terme échu
contract-changes = Avenants
contract-changes-text = Par date d’effet, les plus récents d’abord
contract-changes-none = Le contrat est tel qu’il a été convenu au départ.
contract-change-add = { $item } s’ajoute
contract-change-end = { $item } prend fin
contract-change-replace = { $new } remplace { $old }
contract-change-price = { $item } : nouveau prix
contract-change-count = { $item } : { $count } désormais
contract-change-cancel = Le contrat prend fin : premier jour sans prestation
contract-change-known = { $id } · connu de la facturation à partir du { $day }
contract-clauses = Clauses de révision de prix
contract-clause-uplift = Les redevances fixes augmentent de { $percent }
contract-clause-index = Les redevances fixes suivent l’indice { $series }, base { $base }, { $months ->
    [one] avec la valeur du mois précédent
   *[other] avec la valeur { $months } mois plus tôt
}
contract-clause-dates = D’abord le { $day }, puis tous les { $months ->
    [one] mois
   *[other] { $months } mois
}
contract-clause-cap = De { $percent } au plus
contract-clause-threshold = À partir de { $percent } seulement ; en dessous, l’écart compte la fois suivante
contract-clause-symmetric = Une baisse de l’indice réduit le prix comme une hausse l’augmente
contract-clause-upward = Une baisse de l’indice laisse le prix inchangé
contract-clause-age = { $months ->
    [0] Les prestations ajoutées plus tard suivent dès leur première date
    [one] Les prestations ajoutées plus tard suivent au bout d’un mois
   *[other] Les prestations ajoutées plus tard suivent au bout de { $months } mois
}
contract-clause-change = { $day } : { $percent }
contract-clause-unknown = { $day } : le changement ne peut encore être calculé, car une valeur de l’indice n’est pas enregistrée. Le prix antérieur est affiché.
contract-discounts = Remises
contract-discount = Remise
contract-discount-amount = Réduction
contract-discount-all = toutes les redevances fixes
contract-levels = Niveaux de service
contract-level-availability = Disponibilité
contract-level-target = au moins { $percent } par mois
contract-level-target-above = plus de { $percent } par mois
contract-level-step = En dessous de { $below } : réduction de { $credit }
contract-level-rules = Mesure et réduction
contract-level-base-service = La réduction porte sur la redevance mensuelle de cette prestation
contract-level-base-contract = La réduction porte sur toutes les redevances du mois
contract-level-cap-month = Au plus { $percent } par mois
contract-level-cap-year = Au plus { $percent } par année contractuelle
contract-level-next = Les réductions figurent sur la facture suivante
contract-level-quarter = Les réductions figurent sur la première facture après le trimestre
contract-level-from = Mesuré à partir du { $day }
contract-level-excluded = Le temps exclu est retiré du temps convenu
contract-level-excluded-up = Le temps exclu compte comme disponible
contract-level-unmeasured-up = Le temps sans mesure compte comme disponible
contract-level-unmeasured-down = Le temps sans mesure compte comme panne
contract-level-unmeasured-out = Le temps sans mesure est retiré
contract-level-shortest = Les pannes de moins de { $seconds } secondes ne comptent pas
contract-level-merge = Des pannes séparées de { $seconds } secondes au plus n’en font qu’une
contract-level-maintenance = La maintenance est exclue si elle est annoncée { $hours } heures à l’avance
contract-level-allowance = La maintenance est exclue jusqu’à { $minutes } minutes par mois
contract-level-any = En panne dès que l’un d’eux l’est : { $components }
contract-level-all = En panne quand tous le sont : { $components }
contract-level-suppliers = Les pannes de nos fournisseurs comptent
contract-level-suppliers-not = Les pannes de nos fournisseurs ne comptent pas
contract-level-period = Période
contract-level-reached = Atteint
contract-level-credit = Réduction
contract-level-met = Tenu
contract-level-missed = Manqué
contract-credit-proposed = proposée
contract-credit-approved = approuvée
contract-credit-applied = sur une facture
contract-credit-expired = expirée
contract-credit-rejected = refusée
contract-invoices = Dernières factures
contract-invoices-all = { $count ->
    [one] Une facture
   *[other] Les { $count } factures
}
contract-invoices-none = Rien n’a encore été facturé.
contract-net = HT
contract-about = À propos de ce contrat
contract-parties = Parties
contract-seller = Vendeur
contract-term-notice = Durée et préavis
contract-begin = Début
contract-renewal = Reconduction
contract-longest = au plus { $months } mois en tout
contract-notice = Préavis
contract-notice-none = jusqu’au dernier jour d’une période
contract-notice-before = { $months ->
    [one] un mois avant la fin d’une période
   *[other] { $months } mois avant la fin d’une période
}
contract-notice-open = { $months ->
    [0] à tout moment
    [one] un mois, à tout moment
   *[other] { $months } mois, à tout moment
}
contract-zone = Fuseau horaire
contract-billing = Facturation
contract-payment = Paiement
contract-pay-sepa = Virement SEPA
contract-pay-transfer = Virement
contract-pay-card = Par carte à la date d’émission
contract-due = Échéance
contract-due-days = { $days ->
    [0] à la date d’émission
    [one] un jour après l’émission
   *[other] { $days } jours après l’émission
}
contract-anchor = Intervalles
contract-anchor-day = commencent le { $day ->
    [1] 1er
   *[other] { $day }
} du mois
contract-anchor-from = comptés à partir du { $day }
contract-proration = Intervalles partiels
contract-proration-actual = selon les jours de l’intervalle
contract-proration-thirty = en jours sur 30 par mois
contract-proration-strict = mois de 30 jours (30/360)
contract-proration-second = selon les secondes de l’intervalle
contract-arrears = À terme échu
contract-arrears-next = facturé le lendemain de la période
contract-arrears-working = facturé le premier jour ouvré après la période
contract-grace = Délai pour les mesures
contract-grace-hours = la consommation est arrêtée { $hours } heures après la fin de la période
contract-holidays = jours fériés de { $region }
contract-closed = Fermé le
contract-references = Références sur les factures
contract-reference-contract = Contrat
contract-reference-order = Commande
contract-reference-project = Projet
contract-reference-buyer = Acheteur
contract-reference-tender = Appel d’offres
contract-reference-centre = Centre de coûts
price-per = { $per ->
    [month] par mois
    [quarter] par trimestre
    [half-year] par semestre
   *[year] par an
}
price-flat = { $price } { $per }
price-flat-use = { $price } { $per }, quelle que soit la consommation
price-each = { $price } par { $unit }
price-one = unité
price-counted = { $count } × { $price } { $per }
price-count = Nombre : { $count }, facturé { $per }
price-package = { $price } par lot entamé de { $size }
price-once = { $price } une fois
price-once-counted = { $count } × { $price } une fois
price-graduated = Par tranche, chaque part au prix de sa tranche
price-volume = Par tranche, le tout au prix de la tranche atteinte
price-tier-first = jusqu’à { $to } : { $price }
price-tier = de { $from } à { $to } : { $price }
price-tier-last = au-delà de { $from } : { $price }
price-included = { $quantity } { $per } inclus ; l’excédent est facturé
price-roll-over = Le reste du forfait s’ajoute une fois à la période suivante
price-step = Arrondi au multiple supérieur de { $step }
price-minimum = Au moins { $price } { $per }
price-minimum-year = Au moins { $price } par année contractuelle
price-maximum = Au plus { $price } { $per }
price-pooled = Le forfait est partagé avec { $instances }
price-discount-percent = { $percent } de la redevance
price-discount-amount = { $price } par intervalle de prix
price-over-time = Prix dans le temps
price-agreed = comme convenu au départ
price-ramp = palier convenu dès le départ
price-by-amendment = avenant { $id }
price-by-clause = clause de révision { $id }
usage-title = Consommation
usage-all = { $count ->
    [0] Aucun relevé n’est encore clos.
    [one] Un relevé est clos.
   *[other] { $count } relevés sont clos. Ils ne changent jamais ; une correction est une nouvelle révision.
}
usage-found = { $count ->
    [0] Aucun relevé ne correspond au filtre.
    [one] Un relevé correspond au filtre.
   *[other] { $count } relevés correspondent au filtre.
}
usage-empty-title = Pas encore de relevé
usage-empty-text = Les relevés sont clos quand une période est terminée et qu’une campagne la facture.
usage-none-text = Indiquez le numéro entier d’un contrat ou d’un client, ou supprimez le filtre.
usage-none-title = Aucun relevé cette année
usage-none-year = Le contrat n’a pas de prestation mesurée, ou aucune période n’est close.
usage-filter = Filtrer les relevés
usage-filter-text = Numéro d’un contrat ou d’un client
usage-clear = Tout afficher
usage-meter = Compteur
usage-period = Période
usage-coverage = Couverture
usage-closed-at = Clôture
usage-closed = En vigueur
usage-replaced = Remplacé
usage-revision = révision { $revision }
usage-of-title = Consommation : { $contract }
usage-of-sub = Contrat { $number } avec { $customer } · { $year }
usage-unpriced = Aucune prestation du contrat ne demande ce compteur.
usage-included = Inclus, { $quantity }
usage-above = Excédent
usage-sum = Facturé cette année
usage-proof = Preuve : { $requests } · { $checksum }
usage-requests = { $count ->
    [one] Un message
   *[other] { $count } messages
}
usage-entered = saisi à la main
usage-estimated = estimé
usage-before = La révision { $revision } disait { $quantity }, close le { $moment }
customer-yes = oui
customer-no = non
customer-nothing = rien
customer-who = Identité
customer-legal-name = Dénomination légale
customer-departments = Services
customer-departments-hint = Un par ligne ; ils figurent sous le nom sur les documents.
customer-number-hint = C’est aussi le compte client, de 10000 à 69999. Il ne change jamais.
customer-currency-hint = Elle ne change jamais : une autre devise demande un autre client.
customer-street = Rue et numéro
customer-extra = Complément
customer-post-code = Code postal
customer-city = Ville
customer-region = État ou province
customer-country-choose = Choisir un pays
customer-contact-hint = Le service ou la personne que nomment les documents.
customer-leitweg-hint = Avec ses chiffres de contrôle, par exemple 04011000-12345-03.
customer-siret-hint = 14 chiffres ; les espaces ne gênent pas.
customer-scheme = Schéma de l’adresse électronique
customer-scheme-hint = 0204 pour une Leitweg-ID, 0009 pour un SIRET, EM pour une adresse e-mail.
customer-order-required = Refuse les factures sans numéro de commande
customer-order-hint = Les contrats sans numéro ne sont alors pas facturés.
customer-evidence-text = Une facture repose sur ce qui était connu à sa date ; les réponses restent au dossier.
customer-vat-id-hint = Avec les lettres du pays, par exemple DE123456788.
customer-vies-kept = Réponses de VIES au dossier
customer-vies-kept-hint = Ne décochez que ce qui a été saisi par erreur.
customer-vies-no-answer = Aucune réponse n’est au dossier.
customer-vies-was-valid = { $id } était valide le { $day } ({ $number })
customer-vies-was-invalid = { $id } n’était pas valide le { $day } ({ $number })
customer-vies-new = Nouvelle réponse de VIES
customer-vies-new-hint = Ce que VIES a répondu à votre demande.
customer-vies-none = pas de nouvelle réponse
customer-vies-id = Numéro de TVA demandé à VIES
customer-vies-id-hint = Vide pour le numéro ci-dessus.
customer-vies-day = Jour de la réponse
customer-vies-number = Numéro de consultation
customer-exemption-text = Certificat ou clause de commande pour l’article 151 de la directive TVA.
customer-business-text = Pour les clients hors de l’UE, par exemple un W-9 ou un extrait du registre.
customer-proof-title = Nature
customer-proof-from = Valable à partir du
customer-proof-until = Valable jusqu’au
customer-proof-hash = SHA-256 du fichier
customer-proof-hash-hint = 64 caractères, afin que personne ne puisse échanger le fichier.
customer-validity = Validité
customer-valid-from = Valable à partir du
customer-valid-from-hint = Les documents antérieurs gardent l’état précédent. Vide : depuis le début.
customer-new = Saisir un client
customer-new-title = Nouveau client
customer-new-text = Ce qui manque peut être ajouté plus tard ; d’ici là, ses contrats ne sont pas facturés.
customer-new-save = Créer le client
customer-edit = Modifier le client
customer-edit-title = Modifier le client { $number }
customer-edit-correct = Rectifier
customer-edit-look = Voir les changements
customer-edit-cancel = Annuler
customer-edit-save = Enregistrer à partir du { $day }
customer-edit-save-always = Enregistrer depuis le début
customer-edit-until = À partir du { $day }, un autre état est déjà enregistré et reste valable.
customer-fact = Donnée
customer-look-title = Ce qui change
customer-look-new = Vérifier le nouveau client
customer-look-text = À partir du { $day }. Rien n’est encore enregistré.
customer-look-always = Cela vaut depuis le début. Rien n’est encore enregistré.
customer-look-facts = Données
customer-look-entered = Ce qui est saisi
customer-look-before = Avant
customer-look-after = Après
customer-look-same = Aucune donnée ne change.
customer-look-edit = Continuer la saisie
customer-effect-day = Facturation au { $day }
customer-effect-none = Rien n’empêche de facturer les contrats de ce client, ni avant ni après.
customer-effect-unblocks = N’empêche plus la facturation
customer-effect-blocks = Empêche désormais la facturation
customer-effect-still = Empêche toujours la facturation
customer-stale-title = Quelqu’un d’autre a modifié ceci entre-temps
customer-stale-text = Rien n’a été enregistré. Votre saisie figure toujours ci-dessous ; si vous la renvoyez, elle remplace ce qui est au dossier.
customer-stale-before = À l’ouverture
customer-stale-now = Au dossier
customer-stale-yours = Votre saisie
customer-error-choice = Choisissez une entrée de la liste.
customer-error-day = Indiquez une date, par exemple 2026-05-31.
customer-error-answer = Choisissez la réponse de VIES ou videz les champs de la nouvelle réponse.
customer-error-number = Indiquez un numéro de 10000 à 69999.
customer-error-taken = Ce numéro est déjà attribué. Prenez-en un autre.
customer-error-currency = Un client garde sa devise.
customer-error-text = Indiquez de 1 à 300 caractères sur une ligne.
customer-error-identifier = Indiquez un identifiant de 1 à 64 caractères, sans espace au bord.
customer-error-country = Choisissez le pays.
customer-error-period = Le dernier jour précède le premier.
customer-error-year = Indiquez une année de 1990 à 2200.
customer-error-hash = Indiquez les 64 caractères du SHA-256 ou laissez le champ vide.
customer-error-leitweg = Une Leitweg-ID compte deux ou trois parties séparées par des tirets. Comparez-la avec la lettre du client.
customer-error-leitweg-digits = Les chiffres de contrôle ne conviennent pas : le reste demande { $digits }. Comparez avec la lettre du client.
customer-error-siret = Un SIRET compte 14 chiffres.
customer-error-siret-digit = Un chiffre est faux : la clé de contrôle ne convient pas.
customer-error-endpoint = Indiquez l’adresse sans espace.
customer-error-scheme = Peppol ne connaît pas ce schéma. Vérifiez-le auprès du client.
customer-error-endpoint-value = L’adresse ne convient pas au schéma { $scheme }.
customer-error-vat-prefix = Le numéro de TVA ne commence par aucun pays de l’UE. Laissez-le vide pour les clients d’ailleurs.
customer-error-vat-shape = Les numéros de TVA de { $prefix } ont une autre forme. Comparez avec la lettre du client.
customer-error-vat-digits = Un chiffre est faux : la clé de contrôle ne convient pas.
customer-error-iban = Un chiffre est faux : la clé de l’IBAN ne convient pas. Comparez avec la lettre de la banque.
customer-error-bic = Un BIC compte 8 ou 11 caractères.
