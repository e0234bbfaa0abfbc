# Audit trail, jobs and settings.
audit-title = Piste d’audit
audit-text = Qui a fait quoi, et quand. Rien ici ne peut être modifié.
audit-sealed = { $links ->
    [one] Scellée jusqu’au { $moment }, un maillon
   *[other] Scellée jusqu’au { $moment }, { $links } maillons
}
audit-waiting = { $count ->
    [one] Une entrée attend son sceau depuis { $seconds } s ; scellée jusqu’au { $moment }
   *[other] { $count } entrées attendent leur sceau depuis { $seconds } s ; scellée jusqu’au { $moment }
}
audit-late = { $count ->
    [one] Une entrée attend son sceau depuis { $seconds } s : voyez les tâches
   *[other] { $count } entrées attendent leur sceau depuis { $seconds } s : voyez les tâches
}
audit-unsealed = Rien n’est encore scellé
audit-head = Tête de la chaîne, à comparer avec une copie gardée ailleurs : 
audit-filter = Filtrer la piste
audit-who = Qui
audit-what = Quoi
audit-about = Objet
audit-when = Quand
audit-from = Du
audit-until = Au
audit-clear = Voir toute la piste
audit-empty-title = Aucune entrée
audit-empty-text = Chaque modification laisse ici une entrée.
audit-shown = { $count ->
    [one] Une entrée sur cette page
   *[other] { $count } entrées sur cette page
}
audit-programs = Programmes avec jeton
audit-command-line = Ligne de commande
audit-by-token = Jeton { $token } pour { $owner }
audit-kind-customer = Clients
audit-kind-contract = Contrats
audit-kind-run = Campagnes de facturation
audit-kind-invoice = Factures
audit-kind-account = Comptes
audit-kind-session = Sessions de travail
audit-kind-token = Jetons d’API
audit-kind-source = Sources de télémétrie
audit-kind-seller = Vendeurs
audit-kind-job = Tâches
audit-kind-book = Imports
audit-account-created = Compte créé
audit-account-changed = Compte modifié
audit-account-invited = Nouveau lien pour un compte
audit-account-link = Lien de connexion envoyé
audit-account-password = Mot de passe choisi
audit-account-activated = Second facteur activé
audit-session-opened = Connexion
audit-session-ended = Session terminée
audit-run-prepared = Campagne préparée
audit-run-approved = Campagne approuvée
audit-run-issuing = Émission commencée
audit-run-issued = Campagne émise
audit-run-withdrawn = Campagne retirée
audit-invoice-frozen = Facture figée
audit-invoice-issued = Facture émise
audit-documents-archived = Documents archivés
audit-token-issued = Jeton d’API créé
audit-token-revoked = Jeton d’API révoqué
audit-source-created = Source de télémétrie créée
audit-source-rotated = Accès d’une source renouvelé
audit-source-revoked = Accès d’une source révoqué
audit-quarantine-dismissed = Télémétrie mise de côté : rejetée
audit-quarantine-replayed = Télémétrie mise de côté : reprise
audit-evidence-deleted = Preuves supprimées au terme de leur conservation
audit-book-imported = Livre importé
audit-customer-created = Client créé
audit-customer-changed = Client modifié
audit-seller-proposed = Compte bancaire proposé
audit-seller-changed = Vendeur modifié
audit-seller-refused = Compte bancaire refusé
audit-hook-registered = Webhook d’une instance enregistré
audit-hook-rotated = Secret d’un webhook renouvelé
audit-hook-settled = Ancien secret d’un webhook retiré
audit-hook-closed = Webhook d’une instance fermé
audit-target-put = Cible saisie ou modifiée
audit-target-token = Jeton d’une cible remplacé
audit-target-removed = Cible retirée
audit-job-retried = Tâche relancée
audit-changes = Ce qui a changé
audit-content = Tel qu’enregistré
audit-same = Elle ne dit rien de plus que son nom.
audit-erased = Le contenu a été effacé selon un protocole de conservation ; l’entrée et son sceau demeurent.
audit-value = Valeur
audit-record = À propos de cette entrée
audit-code = Code technique
audit-number = Numéro
audit-seal = Scellée
audit-seal-waits = attend son sceau
audit-link = Maillon
audit-hash = Empreinte du maillon
audit-trail-of = Tout à ce sujet
audit-own = Piste d’audit de cet objet
jobs-title = Tâches
jobs-calm = { $open ->
    [0] Aucune tâche n’attend.
    [one] Une tâche attend ou s’exécute.
   *[other] { $open } tâches attendent ou s’exécutent.
}
jobs-failed = { $failed ->
    [one] Une tâche a définitivement échoué et vous attend.
   *[other] { $failed } tâches ont définitivement échoué et vous attendent.
}
jobs-filter = Filtrer les tâches
jobs-clear = Voir toutes les tâches
jobs-empty-title = Aucune tâche
jobs-empty-text = La première naît de l’émission d’une campagne approuvée.
jobs-shown = { $count ->
    [one] Une tâche sur cette page
   *[other] { $count } tâches sur cette page
}
jobs-state-failed = Échouée
jobs-state-failing = En échec
jobs-state-leased = En cours
jobs-state-done = Terminée
jobs-state-queued = En attente
jobs-attempts = { $count ->
    [0] aucun essai
    [one] un essai
   *[other] { $count } essais
}
jobs-lease = Réservée jusqu’au { $moment }
jobs-due = Prochain essai { $moment }
jobs-issue-run = Émettre une campagne approuvée
jobs-mail-invitation = Envoyer une invitation
jobs-mail-sign-in = Envoyer un lien de connexion
jobs-mail-invoice = Annoncer une facture
jobs-mail = Envoyer un e-mail
jobs-webhook = Envoyer un webhook
jobs-pull = Relever ce qu’une instance déclare
jobs-job = Tâche
jobs-when = Quand
jobs-error = Dernier échec
jobs-cause-mail-not-now = Le serveur de messagerie n’accepte aucun message pour l’instant.
jobs-cause-mail-refused = Le serveur de messagerie refuse ce message.
jobs-common = { $count ->
    [one] Une tâche de cette page échoue pour la même raison : { $cause }
   *[other] { $count } tâches de cette page échouent pour la même raison : { $cause }
}
jobs-retry = Réessayer maintenant
jobs-outbox = Événements pour d’autres systèmes
jobs-outbox-text = Ce que d’autres doivent apprendre : les événements récents, et qui les a pris en charge.
jobs-event = Événement
jobs-taken = Pris en charge par
jobs-untaken = personne encore
tokens-title = Jetons d’API
tokens-text = Ce avec quoi les programmes s’identifient. Un jeton agit pour son titulaire et ne peut rien de plus que lui.
tokens-fresh = Nouveau jeton
tokens-fresh-text = Copiez-le maintenant dans le programme : il n’est montré que cette fois.
tokens-empty-title = Aucun jeton
tokens-empty-text = Un programme qui lit ou modifie le livre en a besoin.
tokens-scopes = Autorisations
tokens-scopes-hint = Pas plus que ce dont le programme a besoin.
tokens-no-scope = Votre compte n’a aucun droit qu’un jeton puisse porter.
tokens-used = Dernière utilisation
tokens-unused = jamais
tokens-expires = Expire
tokens-expires-hint = À la fin de ce jour ; au plus { $days } jours à l’avance.
tokens-revoke = Révoquer
tokens-revoked = Révoqué le { $moment }
tokens-live = En vigueur
tokens-expired = Expiré
tokens-new = Créer un jeton
tokens-new-text = Il agit pour vous et prend fin avec votre compte ou à sa date.
tokens-name-hint = À quoi il sert, par exemple : rapport mensuel.
tokens-make = Créer le jeton
tokens-error-scope = Choisissez au moins un droit.
tokens-error-life = Choisissez un jour à partir d’aujourd’hui, au plus un an à l’avance.
scope-customers-read = voir les clients
scope-customers-edit = modifier les clients
scope-contracts-read = voir les contrats
scope-usage-read = voir la consommation
scope-usage-enter = saisir la consommation à la main
scope-sources-read = voir les sources de mesures
scope-sources-manage = gérer les sources de mesures
scope-runs-read = voir les campagnes
scope-runs-preview = préparer des campagnes
scope-runs-issue = émettre des campagnes approuvées
scope-invoices-read = voir les factures
scope-invoices-cancel = annuler des factures
scope-refunds = demander des remboursements
scope-documents = télécharger les documents
scope-ledger = voir les écritures
scope-audit = voir la piste d’audit
scope-jobs-read = voir les tâches
scope-jobs-retry = relancer les tâches
scope-settings-read = voir les réglages
scope-settings-edit = modifier les réglages
scope-users-read = voir les utilisateurs
sellers-title = Vendeurs
sellers-text = Les entités juridiques qui facturent, avec ce que disent leurs documents.
sellers-empty-title = Aucun vendeur
sellers-empty-text = Les vendeurs viennent avec un livre : herdbook import LIVRE.toml.
sellers-series = Séries de numéros
sellers-series-none = Aucun numéro n’a encore été attribué.
sellers-next = prochain : { $next }
sellers-about = À propos de ce vendeur
sellers-waits = Compte bancaire en attente d’accord
sellers-holds = En vigueur
sellers-edit = Modifier le vendeur
sellers-tax = Fiscalité et comptes
sellers-bank = Compte bancaire
sellers-bank-text = Tous les virements arrivent ici. Un changement demande l’accord d’une seconde personne.
sellers-register = Registre, tel qu’imprimé
sellers-register-hint = Par exemple : HRB 12345 B, Amtsgericht Charlottenburg.
sellers-register-number = Numéro au registre
sellers-directors = Direction
sellers-directors-hint = Une personne par ligne, comme sur les documents.
sellers-website = Site web
sellers-regime = Imposition
sellers-regime-standard = Régime normal
sellers-regime-small = Petite entreprise, § 19 UStG
sellers-tax-number = Numéro fiscal local
sellers-oss = Déclare la TVA des consommateurs de l’UE par le guichet unique
sellers-oss-hint = Sans lui, ces factures sont bloquées.
sellers-chart = Plan comptable
sellers-holder = Titulaire du compte
sellers-holder-hint = Exactement comme à la banque : les banques des payeurs comparent le nom.
sellers-iban = IBAN du compte
sellers-bic = BIC de la banque
sellers-bank-name = Nom de la banque
sellers-valid-from-hint = Les documents antérieurs gardent l’état précédent.
sellers-four-eyes = Le compte bancaire change : il doit être approuvé par un autre administrateur avant de prendre effet.
sellers-propose = Demander l’accord d’une seconde personne
sellers-waiting = Un nouveau compte bancaire doit être approuvé avant de prendre effet
sellers-waiting-text = Comparez-le avec la lettre de la banque et demandez confirmation autrement que par e-mail.
sellers-replaced = Rien n’a été décidé : une autre proposition que celle que vous avez vue attend désormais. Vérifiez-la à nouveau.
sellers-take = Accepter le nouveau compte
sellers-refuse = Refuser
sellers-own = Vous l’avez proposé vous-même : quelqu’un d’autre doit l’accepter.
failed-denied = Votre compte n’y est pas autorisé.
failed-denied-do = Demandez à un administrateur un rôle qui le permet.
failed-eyes = Qui a préparé ceci ne peut pas l’approuver.
failed-eyes-do = Demandez à un collègue de l’approuver.
failed-token = Un programme ne peut pas approuver.
failed-token-do = Connectez-vous et approuvez en personne.
failed-forged = Le formulaire ne venait pas d’une page de ce serveur.
failed-again = Revenez en arrière, rechargez la page et réessayez.
failed-session = Vous n’êtes pas connecté, ou la session a pris fin.
failed-session-do = Reconnectez-vous.
failed-often = Trop d’essais en peu de temps.
failed-wait = Attendez quelques minutes.
failed-api-token = Le jeton d’API ne convient pas.
failed-look = Revenez en arrière et voyez où cela en est.
failed-busy = La même chose était modifiée au même instant.
failed-long = Le formulaire est trop long.
failed-shorten = Revenez en arrière et envoyez moins de texte.
failed-stale = Ceci a été modifié entre-temps ou ne correspond pas à ce qui est au dossier.
failed-run = Cette étape ne convient pas à l’état de la campagne.
failed-run-do = Voyez la campagne : quelqu’un l’a peut-être poursuivie.
failed-store = La base de données ou les clés du serveur ne répondent pas comme il faut.
failed-report = Prévenez qui exploite le serveur ; le code ci-dessous dit où chercher.
failed-document = Le document n’a pas pu être produit ou trouvé.
failed-facts = Des données manquent ou sont fausses ; impossible de poursuivre.
failed-facts-do = Voyez le client : sa page dit ce qui manque.
failed-gone = Ce qui était demandé n’existe pas.
failed-input = La saisie ne peut pas être utilisée telle quelle.
failed-check = Revenez en arrière et vérifiez votre saisie.
failed-ours = Une erreur s’est produite de notre côté. Nous en sommes désolés.
audit-chain = État de la chaîne
audit-account-renewed = Compte de démonstration renouvelé
audit-account-connected = Relié au service de connexion
audit-account-disconnected = Lien avec le service de connexion rompu
audit-passkey-added = Clé d’accès ajoutée
audit-passkey-removed = Clé d’accès retirée
audit-passkey-copied = Clé d’accès refusée : il pourrait en exister une copie
audit-view-shared = Vue partagée
audit-view-unshared = Vue partagée retirée
audit-invoice-cancelling = Annulation d’une facture commencée
audit-invoice-cancelled = Facture annulée
audit-payment-started = Paiement par carte commencé
audit-payment-received = Paiement reçu
audit-payment-fee = Frais du prestataire de paiement comptabilisés
audit-refund-requested = Remboursement demandé
audit-refund-approved = Remboursement approuvé
audit-refund-withdrawn = Remboursement retiré
audit-refund-returned = Remboursement effectué
audit-refund-failed = Remboursement échoué
audit-kind-payment = Paiements
audit-kind-refund = Remboursements
audit-kind-passkey = Clés d’accès
audit-of-customer = Client { $name }
audit-of-contract = Contrat { $name }
audit-of-invoice = Facture { $name }
audit-of-run = Campagne { $name }
audit-of-account = Compte de { $name }
audit-of-seller = Vendeur { $name }
audit-of-token = Jeton d’API { $name }
audit-of-job = Tâche { $name }
audit-of-book = Livre { $name }
event-threshold-reached = Seuil de consommation atteint
event-taker-mail = Envoi des e-mails
audit-of-alert = Alerte { $name }
audit-of-payment = Paiement { $name }
done-token-before = Ce formulaire venait d’arriver et a créé un seul jeton. Si vous ne l’avez pas copié, révoquez-le ici et créez-en un autre.
