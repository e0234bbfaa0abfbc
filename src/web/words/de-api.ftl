## Die Seite, die das Dokument der Schnittstelle zeigt.

api-title = Schnittstelle für Programme
api-lead = Alles, wonach ein Programm Herdbook fragen kann, mit den nötigen Berechtigungen. Die Beschreibungen sind auf Englisch.
api-download = OpenAPI herunterladen
api-addresses = Adressen
api-shapes = Was gesendet und empfangen wird
api-body = Inhalt der Anfrage
api-parameters = Parameter
api-answers = Antworten
api-name = Name
api-type = Typ
api-meaning = Bedeutung
api-status = Status
api-required = erforderlich
api-optional = freiwillig
