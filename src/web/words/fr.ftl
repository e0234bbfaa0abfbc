# Ce que disent les pages, en français. Un message est une phrase ou un libellé entier.
skip = Aller au contenu
menu = Menu
close = Fermer
navigation = Navigation principale
go-to = Aller à…
search-hint = Numéro, client, domaine, page ou action
results = Résultats
results-found = { $count ->
    [0] Aucun résultat
    [one] Un résultat
   *[other] { $count } résultats
}
waiting = en attente
dark = Sombre
keys = Touches
keys-note = Les touches seules n’agissent que hors des champs. Aucune touche n’approuve, n’émet ni ne paie.
key-palette = Aller à une page ou à un élément, ou commencer une action
key-control = Ctrl
key-enter-name = Entrée
key-escape-name = Échap
key-list = Liste des touches
key-filter = Vers le filtre
key-go = Aller à une page, avec une seconde lettre
key-enter = Ouvrir la ligne
key-next = Ligne suivante
key-previous = Ligne précédente
key-select = Sélectionner la ligne
key-export = Exporter la liste en CSV
key-why = Ouvrir « Pourquoi ce montant ? »
key-escape = Fermer, revenir
nav-invoices = Factures
nav-components = Composants
invoices-title = Factures
invoices-all = { $count ->
    [0] Aucune facture n’est encore émise.
    [one] Une facture est émise.
   *[other] { $count } factures sont émises.
}
invoices-found = { $count ->
    [0] Aucune facture ne correspond au filtre.
    [one] Une facture correspond au filtre.
   *[other] { $count } factures correspondent au filtre.
}
invoices-empty-title = Pas encore de facture
invoices-empty-text = Chaque facture figure ici dès qu’une campagne l’émet.
invoices-none-title = Rien ne correspond
invoices-none-text = Élargissez le filtre ou supprimez-le.
filter-label = Filtrer les factures
filter-text = Numéro, contrat ou numéro de client
filter-year = Année
labelled = { $label } : { $text }
filter-any = Tous
filter-any-year = Toutes
filter-any-what = Tout
filter-apply = Filtrer la liste
filter-clear = Tout afficher
column-number = Numéro
column-customer = Client
column-issued = Émise
column-gross = TTC
column-state = État
column-documents = Documents
kind-invoice = Facture
kind-credit-note = Avoir
kind-corrected = Facture rectificative
state-due = Échéance le { $day }
state-card = Par carte le { $day }
state-set-off = Imputé
state-cancelled = Annulée
pages = Pages
page-shown = { $from } à { $to } sur { $count }
page-next = Suivant
page-first = Revenir au début
crumbs = Place de cette page
invoice-sub = { $kind } pour { $customer } · émise le { $day } · prestation { $period }
invoice-lines = Lignes
invoice-no = N°
invoice-service = Prestation
invoice-quantity = Quantité
invoice-price = Prix
invoice-net = HT, { $currency }
tongue-de = allemand
tongue-en = anglais
tongue-fr = français
invoice-credit-mark = A
why = Pourquoi ce montant ?
why-read = relevé
why-included = inclus
why-above = au-delà
why-tier = dont dans ce palier
why-quantity = quantité
why-price = { $currency } par { $unit }
why-part = part, { $unit }
why-count = nombre
why-exact = exact
why-rounded = { $currency } HT, arrondi à { $places } décimales
why-net = { $currency } HT
why-before = avant remises
why-expected = dû maintenant
why-billed = déjà facturé
why-least = minimum convenu
why-used = facturé pour la consommation
why-fee = redevance du mois
why-credit = réduction convenue
why-bounded = limité par le plafond convenu
why-taken-off = { $currency } déduits
why-reading-text = { $quantity } sur { $instance }, { $days }
why-reading-detail = Couverture { $coverage }, révision { $revision }
why-reading-estimated = Estimé, couverture { $coverage }, révision { $revision }
why-evidence = { $count ->
    [one] Un message, empreinte { $checksum }
   *[other] { $count } messages, empreinte de leur liste { $checksum }
}
why-downtime = { $down } secondes d’indisponibilité sur { $agreed } convenues
why-taken-back = { $number }, ligne { $position }, est reprise
why-billed-text = { $amount } pour { $days }
why-price-item = Prix
why-index = { $series } { $new } sur { $old }
why-share = Part de la période
why-share-text = { $share } d’une période, gardée en fraction jusqu’à l’unique arrondi
why-rounding = Arrondi
why-rounding-text = Au plus proche, aux décimales de la devise, une fois par ligne
why-tax = Taxe
why-decision = Décision
why-decision-text = Calculée, vérifiée et figée le { $day }
about-invoice = À propos de cette facture
facts = Données
fact-customer = Client
fact-contract = Contrat
fact-format = Format
fact-original = Original
original-xml = Le fichier XML ; le PDF en est une vue
original-hybrid = Le PDF avec son XML à l’intérieur
fact-corrects = Rectifie
notes = Remarques
proof = Preuve
proof-frozen = Figée le { $day }
proof-text = Empreinte de la facture figée : qui la recalcule à partir des mêmes faits obtient la même.
documents-expire = Les liens valent { $minutes } minutes ; rechargez la page pour en obtenir de nouveaux.
not-found-title = Cette page n’existe pas
not-found-text = L’adresse est fausse, ou ce qu’elle désigne n’existe pas.
failed-title = Cela n’a pas fonctionné
back = Vers la page d’accueil
source-contract = Contrat
source-amendment = Avenant
source-reading = Relevé
more-requests = { $count } autres messages
source-service-level = Niveau de service
source-billed-line = Déjà facturé
search-title = Recherche
search-go = Aller à
search-invoices = Factures
search-more = { $shown } sur { $count }, tout afficher dans { $list }
search-none = Rien n’est trouvé
search-examples = Indiquez un numéro comme { $invoice }, { $contract } ou 10003, un client, le domaine d’un serveur ou le nom d’une page.
search-apply = Chercher
components-title = Composants
problem-reference = Référence
foot-imprint = Mentions légales
foot-privacy = Protection des données
foot-directors = Représentée par { $value }
foot-mail = E-mail : { $value }
foot-phone = Téléphone : { $value }
foot-vat-id = N° de TVA { $value }
