## Nutzung im laufenden Zeitraum.
running-title = Nutzung: { $item }
running-sub = Vertrag { $number } mit { $customer } · { $meter }
running-now = Der laufende Zeitraum
running-item = Position
running-period = Der laufende Zeitraum: { $period }
running-used = Bisher genutzt
running-included = Enthalten
running-above = Bisher darüber
running-projected = Voraussichtlich am Ende
running-costs = Kosten am Ende
running-share = Gemessen
running-measured = { $share } des Zeitraums sind gemessen; Stand { $moment }
running-amount = { $amount } netto
running-not-projected = noch nicht absehbar
running-committed = Mindestens vereinbart
running-committed-text = geschuldet, gleich wie viel genutzt wird
running-allowance = Anteil am Enthaltenen
running-of = von { $quantity }
running-early = Das Ende ist noch nicht absehbar: Weniger als ein Zehntel des Zeitraums ist gemessen.
running-before-open = Der Zeitraum davor ist noch nicht abgeschlossen. Deshalb ist nicht bekannt, was von seinem Kontingent übrig ist.
running-by-hand-title = Wird von Hand eingetragen
running-by-hand-text = Keine Maschine misst diese Position. Tragen Sie den Wert ein, wenn der Zeitraum vorbei ist; er wird mit dem nächsten Lauf abgerechnet.
running-nothing-title = In diesem Zeitraum wurde noch nichts gemessen
running-nothing-text = Lassen Sie die Instanz oder ihren Sammler an diesen Server senden. Was ankommt, steht binnen einer Stunde hier; bei den Quellen unten steht, wann jede zuletzt gehört wurde.
running-over = Die Position läuft heute nicht. Unten stehen ihre abgeschlossenen Zeiträume.
running-why = Wie es zustande kommt
running-why-so-far = Der Betrag bisher
running-why-end = Der Betrag am Ende
running-findings = { $count ->
    [one] Ein Eintrag blieb aus der Messung heraus: Er widerspricht einem früheren oder hat eine andere Einheit.
   *[other] { $count } Einträge blieben aus der Messung heraus: Sie widersprechen früheren oder haben eine andere Einheit.
}
running-course = Der Zeitraum Tag für Tag
running-by-day = Nach Tagen
running-by-month = Nach Monaten
running-total = Insgesamt
running-before = Die letzten 13 Monate
running-no-reading = Von dieser Instanz ist noch kein Zeitraum abgeschlossen, und nichts ist gemessen.
running-state = Läuft
running-as-of = Stand { $moment }
running-closed = Abgeschlossen, Fassung { $revision }
running-estimated = Geschätzt, Fassung { $revision }
running-corrected = Berichtigt, Fassung { $revision }
running-sources = Wer misst
running-source = Quelle
running-kind = Wie
running-received = Zuletzt gehört
running-told = Neuester Wert
running-never = nie
running-no-source = Über diese Instanzen hat noch keine Quelle berichtet. Richten Sie ein, dass die Instanz oder ihr Sammler sendet, oder tragen Sie Werte von Hand ein.

## Schwellen eines Kontingents oder Budgets.
alert-title = Erreichte Schwellen
alert-group = Kontingente, die zur Neige gehen
alert-open = Nutzung ansehen
alert-of-allowance = { $share } des Enthaltenen
alert-of-budget = { $share } des Budgets
alert-allowance = { $share } des Enthaltenen für { $period }: { $used } von { $bound }
alert-budget = { $share } des Budgets für { $period }: { $used } von { $bound }
source-adjustment = Preisanpassung
source-tax-evidence = Steuernachweis
source-evidence = Meldung
more-requests = { $count } weitere Meldungen

## Webhooks.
webhook-title = Webhook
webhook-open = Webhook
webhook-sub = Kunde { $number }: wohin seine Programme benachrichtigt werden
webhook-none = Nicht eingerichtet
webhook-on = An
webhook-off = Aus
webhook-gone = Empfänger ist fort
webhook-text = Erreicht die Nutzung eines Zeitraums eine Schwelle, bekommt diese Adresse einen POST mit JSON, signiert nach Standard Webhooks. Er wird etwa zwei Tage lang wiederholt, bis er mit Erfolg beantwortet ist.
webhook-address = Adresse
webhook-address-hint = Beginnt mit https://
webhook-error-address = An diese Adresse kann kein Webhook gehen. Geben Sie eine an, die mit https:// beginnt, ohne Benutzer und Passwort.
webhook-save = Adresse speichern
webhook-renew = Neues Geheimnis erzeugen
webhook-stop = Webhook ausschalten
webhook-fresh = Das Geheimnis
webhook-fresh-text = Es wird nur dieses eine Mal gezeigt. Geben Sie es dem Kunden auf sicherem Weg; wer es hat, kann wie wir signieren.
audit-webhook-set = Webhook eingerichtet
audit-webhook-secret = Neues Geheimnis eines Webhooks
audit-webhook-off = Webhook ausgeschaltet
audit-webhook-gone = Empfänger eines Webhooks ist fort
