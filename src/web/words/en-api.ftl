## The page that reads the document of the API.

api-title = Interface for programs
api-lead = Everything a program can ask Herdbook for, with the permissions it needs. The descriptions are in English.
api-download = Download OpenAPI
api-addresses = Addresses
api-shapes = What is sent and received
api-body = Body of the request
api-parameters = Parameters
api-answers = Answers
api-name = Name
api-type = Type
api-meaning = Meaning
api-status = Status
api-required = required
api-optional = optional
