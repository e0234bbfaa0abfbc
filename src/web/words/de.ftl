# Was die Seiten sagen, auf Deutsch. Eine Meldung ist ein ganzer Satz oder eine Beschriftung.
skip = Zum Inhalt
menu = Menü
close = Schließen
navigation = Hauptnavigation
go-to = Gehe zu …
search-hint = Nummer, Kunde, Domain, Seite oder Aktion
results = Treffer
results-found = { $count ->
    [0] Nichts gefunden
    [one] Ein Treffer
   *[other] { $count } Treffer
}
waiting = offen
dark = Dunkel
keys = Tasten
keys-note = Einzelne Tasten wirken nur außerhalb von Feldern. Keine Taste gibt frei, stellt aus oder zahlt.
key-palette = Zu einer Seite oder einem Eintrag, oder etwas beginnen
key-control = Strg
key-enter-name = Eingabe
key-escape-name = Esc
key-list = Liste der Tasten
key-filter = Zum Filter
key-go = Zu einer Seite, mit einem zweiten Buchstaben
key-enter = Zeile öffnen
key-next = Nächste Zeile
key-previous = Vorige Zeile
key-select = Zeile auswählen
key-export = Liste als CSV ausgeben
key-why = „Warum dieser Betrag?“ öffnen
key-escape = Schließen, zurück
nav-invoices = Rechnungen
nav-components = Bausteine
invoices-title = Rechnungen
invoices-all = { $count ->
    [0] Noch ist keine Rechnung ausgestellt.
    [one] Eine Rechnung ist ausgestellt.
   *[other] { $count } Rechnungen sind ausgestellt.
}
invoices-found = { $count ->
    [0] Keine Rechnung passt zum Filter.
    [one] Eine Rechnung passt zum Filter.
   *[other] { $count } Rechnungen passen zum Filter.
}
invoices-empty-title = Noch keine Rechnung
invoices-empty-text = Hier steht jede Rechnung, sobald ein Abrechnungslauf sie ausstellt.
invoices-none-title = Kein Treffer
invoices-none-text = Den Filter weiter fassen oder aufheben.
filter-label = Rechnungen filtern
filter-text = Nummer, Vertrag oder Kundennummer
filter-year = Jahr
labelled = { $label }: { $text }
filter-any = Alle
filter-any-year = Alle
filter-any-what = Alles
filter-apply = Liste filtern
filter-clear = Alle Rechnungen zeigen
column-number = Nummer
column-customer = Kunde
column-issued = Ausgestellt
column-gross = Brutto
column-state = Stand
column-documents = Dokumente
kind-invoice = Rechnung
kind-credit-note = Rechnungskorrektur
kind-corrected = Berichtigte Rechnung
state-due = Fällig am { $day }
state-card = Kartenzahlung am { $day }
state-set-off = Verrechnet
state-cancelled = Aufgehoben
pages = Seiten
page-shown = { $from } bis { $to } von { $count }
page-next = Weiter
page-first = Zum Anfang
crumbs = Wohin diese Seite gehört
invoice-sub = { $kind } an { $customer } · ausgestellt { $day } · Leistung { $period }
invoice-lines = Positionen
invoice-no = Nr.
invoice-service = Leistung
invoice-quantity = Menge
invoice-price = Preis
invoice-net = Netto, { $currency }
tongue-de = Deutsch
tongue-en = Englisch
tongue-fr = Französisch
invoice-credit-mark = A
why = Warum dieser Betrag?
why-read = gemessen
why-included = enthalten
why-above = darüber
why-tier = davon in dieser Stufe
why-quantity = Menge
why-price = { $currency } je { $unit }
why-part = Anteil, { $unit }
why-count = Anzahl
why-exact = genau
why-rounded = { $currency } netto, kaufmännisch auf { $places } Stellen
why-net = { $currency } netto
why-before = vor Nachlässen
why-expected = jetzt fällig
why-billed = bisher berechnet
why-least = vereinbarter Mindestbetrag
why-used = für Verbrauch berechnet
why-fee = Gebühr des Monats
why-credit = vereinbarte Minderung
why-bounded = durch die Obergrenze begrenzt
why-taken-off = { $currency } abgezogen
why-reading-text = { $quantity } auf { $instance }, { $days }
why-reading-detail = Abdeckung { $coverage }, Fassung { $revision }
why-reading-estimated = Geschätzt, Abdeckung { $coverage }, Fassung { $revision }
why-evidence = { $count ->
    [one] Eine Meldung, Prüfsumme { $checksum }
   *[other] { $count } Meldungen, Prüfsumme ihrer Liste { $checksum }
}
why-downtime = { $down } von { $agreed } vereinbarten Sekunden ausgefallen
why-taken-back = { $number }, Position { $position }, wird zurückgenommen
why-billed-text = { $amount } für { $days }
why-price-item = Preis
why-index = { $series } { $new } zu { $old }
why-share = Anteil am Intervall
why-share-text = { $share } eines Intervalls, als Bruch gehalten bis zur einen Rundung
why-rounding = Rundung
why-rounding-text = Kaufmännisch auf die Stellen der Währung, einmal je Position
why-tax = Steuer
why-decision = Entscheidung
why-decision-text = Berechnet, geprüft und festgeschrieben am { $day }
about-invoice = Über diese Rechnung
facts = Angaben
fact-customer = Kunde
fact-contract = Vertrag
fact-format = Format
fact-original = Original
original-xml = Die XML-Datei; das PDF ist eine Ansicht
original-hybrid = Das PDF mit der XML-Datei darin
fact-corrects = Korrigiert
notes = Hinweise
proof = Nachweis
proof-frozen = Festgeschrieben { $day }
proof-text = Prüfsumme der festgeschriebenen Rechnung: Wer sie aus denselben Fakten nachrechnet, erhält dieselbe.
documents-expire = Die Links gelten { $minutes } Minuten; die Seite neu laden gibt neue.
not-found-title = Diese Seite gibt es nicht
not-found-text = Die Adresse ist falsch, oder was sie nennt, gibt es nicht.
failed-title = Das hat nicht geklappt
back = Zur Startseite
source-contract = Vertrag
source-amendment = Nachtrag
source-reading = Messwert
more-requests = { $count } weitere Meldungen
source-service-level = Service-Level
source-billed-line = Bisher berechnet
search-title = Suche
search-go = Gehe zu
search-invoices = Rechnungen
search-more = { $shown } von { $count }, alle zeigen unter { $list }
search-none = Nichts gefunden
search-examples = Geben Sie eine Nummer wie { $invoice }, { $contract } oder 10003 ein, einen Kunden, die Domain eines Servers oder den Namen einer Seite.
search-apply = Suchen
components-title = Bausteine
problem-reference = Vorgang
foot-imprint = Impressum
foot-privacy = Datenschutz
foot-directors = Vertreten durch { $value }
foot-mail = E-Mail: { $value }
foot-phone = Telefon: { $value }
foot-vat-id = USt-IdNr. { $value }
