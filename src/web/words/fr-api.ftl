## La page qui présente le document de l’interface.

api-title = Interface pour les programmes
api-lead = Tout ce qu’un programme peut demander à Herdbook, avec les droits nécessaires. Les descriptions sont en anglais.
api-download = Télécharger OpenAPI
api-addresses = Adresses
api-shapes = Ce qui est envoyé et reçu
api-body = Corps de la demande
api-parameters = Paramètres
api-answers = Réponses
api-name = Nom
api-type = Type
api-meaning = Signification
api-status = État
api-required = obligatoire
api-optional = facultatif
