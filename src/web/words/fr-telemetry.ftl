# Sources de mesures, ce qui est mis de côté et ce qui est relevé.
sources-telemetry = Sources de mesures
sources-waiting = { $count ->
    [0] { $sources } sources ; rien n’attend de décision
    [one] { $sources } sources ; un élément attend une décision
   *[other] { $sources } sources ; { $count } éléments attendent une décision
}
sources-empty-title = Pas encore de source
sources-empty-text = Une source envoie les mesures d’une instance. Chacune reçoit son propre accès.
source-source = Source
source-heard = Dernière nouvelle
source-requests = Messages
source-repeated = Dont répétées
source-samples = Valeurs
source-event-count = Événements
source-refused = Refusés
source-conflicts = Contradictions
source-aside = Mis de côté
source-aside-text = C’est dans les preuves, et aucun relevé ne le prend. Ce qui est ouvert attend une décision.
source-collects = { $count ->
    [one] collecte une instance
   *[other] collecte { $count } instances
}
source-way = Voie
source-way-pushed = envoie elle-même
source-way-manual = saisie à la main
source-way-replay = reprise plus tard
source-way-read = lue par ce serveur
source-state-good = Envoie
source-state-silent = Pas encore de nouvelle
source-state-no-credential = Aucun accès valable
source-state-ends = { $count ->
    [0] L’accès prend fin aujourd’hui
    [one] L’accès prend fin dans un jour
   *[other] L’accès prend fin dans { $count } jours
}
source-state-decide = { $count ->
    [one] Une décision à prendre
   *[other] { $count } décisions à prendre
}
source-facts = Ce qu’elle est
source-since = Connue depuis
source-instances = Instances
source-keys = Accès
source-key = Accès
source-made = Créé
source-ends = Prend fin
source-ends-hint = Le dernier jour où le nouvel accès est valable.
source-fresh = Copiez l’accès maintenant
source-fresh-text = Il n’est affiché que cette fois. Saisissez-le dans le collecteur comme jeton Bearer, ou comme mot de passe Basic.
source-exchange = Échanger l’accès
source-exchange-text = Un nouvel accès pour les mêmes entrées. Les précédents restent valables un moment, pour que rien ne se perde pendant le changement du collecteur.
source-exchange-send = Créer un nouvel accès
source-overlap = Les précédents restent valables
source-overlap-hint = Assez longtemps pour changer le collecteur.
source-overlap-none = pas du tout
source-overlap-hours = { $count ->
    [one] une heure
   *[other] { $count } heures
}
source-retractions = En attente de leur événement
source-retractions-text = { $count ->
    [one] Un événement en retire un autre qui n’est pas encore arrivé. Dès qu’il arrive, il est retiré ; s’il n’arrive jamais, cherchez un identifiant erroné et annulez celui-ci.
   *[other] { $count } événements en retirent d’autres qui ne sont pas encore arrivés ; ceux qui attendent depuis le plus longtemps viennent en premier. Dès que l’un arrive, il est retiré ; s’il n’arrive jamais, cherchez un identifiant erroné et annulez ce qui l’attend.
}
source-retraction-event = Événement
source-retraction-does = Ce qu’il fait
source-retraction-came = Reçu
source-retraction-voids = annule { $id }
source-retraction-replaces = remplace { $id }
source-by-reason = Refusé et mis de côté, par motif
source-nothing-refused = Rien n’a été refusé ni mis de côté.
source-new = Ajouter une source
source-new-text = L’accès est affiché une fois, dès que la source est créée.
source-make = Créer la source
source-back = Retour aux sources
source-name-hint = 1 à 64 des signes a–z, 0–9, point, trait d’union, tiret bas.
source-instances-hint = Une par ligne, par exemple social.example.org. Avec une seule ligne, la source ne parle que pour cette instance ; avec plusieurs, c’est un collecteur qui nomme l’instance de chaque valeur.
source-doors = Entrées
source-doors-hint = Ce que l’accès ouvre.
source-life-hint = Le dernier jour où l’accès est valable ; { $days } jours si vous n’en choisissez pas un autre.
door-metrics = mesures OpenTelemetry
door-write = Prometheus remote write
door-events = événements (CloudEvents)
door-upload = envoi de fichiers CSV et JSON
source-error-exists = Une source porte déjà ce nom. Choisissez-en un autre.
source-error-malformed = Un nom a 1 à 64 des signes a–z, 0–9, point, trait d’union, tiret bas ; une instance 1 à 253 sans espace.
source-error-instances = Indiquez au moins une instance.
source-error-door = Choisissez au moins une entrée.
source-error-life = Choisissez un jour après aujourd’hui, dans deux ans au plus.
done-exchanged-before = L’accès venait d’être échangé. Si vous ne l’avez pas copié, échangez-le encore une fois.
done-source-before = Ce formulaire venait de créer la source. Si vous n’avez pas copié son accès, échangez-le ici.
done-aside-dismissed = Cela reste hors des relevés.
done-aside-replayed = C’est repris ; les relevés de ces heures suivent.
aside-state-open = À décider
aside-state-dismissed = Laissé de côté
aside-state-replayed = Repris
aside-more = Autres éléments pour ce motif
aside-nameless = Sans nom
aside-what = Quoi
aside-reason = Motif
aside-things = Éléments
aside-times = Fois
aside-first = Première fois
aside-last = Dernière fois
aside-code = Code
aside-evidence = Message le plus récent
aside-facts = Ce qui est arrivé
aside-decided-at = Décidé
aside-note = Motif de la décision
aside-note-hint = Pour qui le regardera plus tard : 3 à 500 caractères.
aside-error-note = Dites pourquoi, en 3 à 500 caractères.
aside-replay = Reprendre
aside-replay-hint = Les preuves sont relues avec les compteurs, les instances et l’heure d’aujourd’hui. Si quelque chose restait encore de côté, rien ne change.
aside-replay-send = Relire les preuves
aside-replay-text = C’est dans les preuves et dans aucun relevé. On le reprend une fois la cause levée, ou on le laisse définitivement de côté.
aside-still-refused = Cela resterait encore de côté, donc rien n’a changé. Corrigez d’abord ce que dit le motif, ou laissez-le de côté.
aside-dismiss = Laisser de côté
aside-dismiss-send = Écarter définitivement
aside-keep = Garder ce qui compte
aside-keep-send = Garder ce qui compte
aside-conflict-text = Deux valeurs sont arrivées pour la même chose, et la première compte. Si l’autre est juste, envoyez un événement qui remplace la première, ou saisissez la différence à la main avec sa preuve : les preuves ne changent jamais.
aside-retraction-text = Un événement en retire un autre et ne peut être suivi : un autre remplacement existe à côté, ou les deux tournent en rond. Pour décider, envoyez un événement qui annule le mauvais.
aside-number-text = Aucun relevé ne peut le compter, car il lui manque le nombre. Un événement antérieur qu’il devait remplacer compte toujours. Envoyez un autre événement avec le nombre ; les preuves ne changent jamais.
aside-conflict = Une autre valeur est arrivée pour ce qui était déjà reçu
aside-retraction = Retire un autre événement d’une façon qu’on ne peut suivre
aside-foreign = Une instance pour laquelle la source ne parle pas
aside-unknown = Aucun compteur ne le prend
aside-unit = Une autre unité que celle du compteur
aside-kind = Une autre nature que celle du compteur : un niveau au lieu d’un accroissement, ou l’inverse
aside-ahead = Daté après son arrivée
aside-behind = Vieux de plus de deux ans
aside-time = Pas une heure
aside-not-finite = Pas un nombre
aside-inexact = Trop grand pour être exact
aside-out-of-range = Plus de chiffres qu’on n’en garde
aside-value-missing = Sans valeur
aside-negative = Un compteur sous zéro
aside-instance-missing = Ne nomme aucune instance
aside-name-missing = Sans nom
aside-label = Une étiquette trop longue, répétée ou mal formée
aside-temporality = Ne dit ni total ni accroissement
aside-unsupported = Une distribution, qui ne peut être facturée
aside-event = Un événement incomplet
targets-title = Ce qui est relevé
targets-failing = { $count ->
    [0] { $targets } cibles ; aucune n’échoue
    [one] { $targets } cibles ; une échoue
   *[other] { $targets } cibles ; { $count } échouent
}
targets-empty-title = Rien n’est relevé
targets-empty-text = Une cible est ce que ce serveur demande à une instance selon un horaire. Saisissez-en une avec « herdbook telemetry target put » ou dans la configuration.
targets-target = Cible
targets-schedule = Horaire
targets-success = Dernière réponse
targets-error = Dernier échec
targets-covered = jours jusqu’au { $day }
targets-again = nouvel essai le { $moment }
targets-state-good = Répond
targets-state-new = Pas encore demandée
targets-state-failing = { $count ->
    [one] Un échec
   *[other] { $count } échecs
}
target-exporter = Exportateur
target-measures = Personnes et signalements par jour
target-space = Espace indiqué par Mastodon
target-nodeinfo = Nodeinfo
target-instance = Ce que l’instance dit d’elle-même
target-reports = Signalements à la modération
pull-address = Son adresse ne peut être interrogée
pull-redirect = Elle mène à un autre serveur
pull-unreachable = Elle est injoignable
pull-timeout = Elle n’a pas répondu à temps
pull-too-large = Sa réponse est trop grande
pull-denied = Elle refuse le jeton
pull-busy = Elle demande de revenir plus tard
pull-status = Elle a répondu par une erreur
