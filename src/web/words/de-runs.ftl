# Abrechnungsläufe.
runs-title = Abrechnungsläufe
runs-text = Eine Person bereitet vor, eine andere gibt frei, dann wird gestellt.
runs-empty-title = Noch kein Lauf
runs-empty-text = Ein Lauf zeigt, was bis zu einem Tag fällig ist, bevor es gestellt wird.
runs-closed = Die Bücher sind bis { $day } geschlossen: kein Dokument trägt ein früheres Datum.
run-of = Lauf zum { $day }
run-documents = { $count ->
    [0] Kein Dokument
    [one] Ein Dokument
   *[other] { $count } Dokumente
}
run-state-prepared = Wartet auf Freigabe
run-state-approved = Freigegeben
run-state-issuing = Wird gestellt
run-state-issued = Gestellt
run-state-withdrawn = Zurückgezogen
run-state-changed = Hat sich geändert
run-changed-text = Seit der Vorbereitung haben sich Tatsachen geändert. Nichts wurde gestellt: bitte neu vorbereiten.
run-outcome = { $issued } Dokumente ausgestellt, { $blocked } Verträge blockiert, { $pending } Dateien ausstehend.
run-progress = { $done } von { $total }
run-steps = Schritte des Laufs
run-next = Was als Nächstes geschieht
run-then-approve = Die Freigabe stellt noch nichts aus: Nummern werden erst im Schritt danach vergeben.
run-then-withdraw = Zurückziehen gibt den Lauf auf; jederzeit lässt sich ein anderer vorbereiten.
run-then-numbers = { $count ->
    [0] Kein Dokument wird ausgestellt.
    [one] Ein Dokument erhält seine Nummer, und seine Dateien entstehen.
   *[other] { $count } Dokumente erhalten ihre Nummern, und ihre Dateien entstehen.
}
run-then-ledger = Das Hauptbuch wird im selben Schritt geschrieben.
run-then-kept = Danach ändert sie nur noch eine Rechnungskorrektur.
run-own = Selbst vorbereitet: die Freigabe kommt von jemand anderem.
run-approve = Lauf freigeben
run-issue = Rechnungen stellen
run-withdraw = Lauf zurückziehen
run-facts = Über diesen Lauf
run-prepared = Vorbereitet
run-approved = Freigegeben
run-issued = Gestellt
run-service-until = Leistung bis
run-digest = Prüfsumme des Inhalts
run-blocked = Nicht abgerechnet
run-lines = Was gestellt wird
run-nothing = Nichts ist fällig, das nicht abgerechnet ist.
run-sum = Summe
prepare-title = Lauf vorbereiten
prepare-send = Vorschau berechnen
field-as-of = Stichtag
field-as-of-hint = Alles, was bis dahin fällig ist.
field-service-hint = Leistung, die später beginnt, bleibt für den nächsten Lauf.
error-day = Bitte einen Tag angeben.
error-future = Der Tag liegt in der Zukunft: sein Lauf würde die Bücher bis dahin schließen.
column-run = Lauf
column-prepared = Vorbereitet
column-contract = Vertrag
column-reason = Grund
column-kind = Art
column-net = Netto
column-tax = Steuer
nav-runs = Abrechnung
