# Abrechnungsläufe.
runs-title = Abrechnungsläufe
runs-text = Eine Person bereitet vor, eine andere gibt frei, dann wird ausgestellt.
runs-empty-title = Noch kein Lauf
runs-empty-text = Ein Lauf zeigt, was bis zu einem Tag fällig ist, bevor es ausgestellt wird.
runs-closed = Die Bücher sind bis { $day } geschlossen: kein Dokument trägt ein früheres Datum.
run-of = Lauf zum { $day }
run-documents = { $count ->
    [0] Kein Dokument
    [one] Ein Dokument
   *[other] { $count } Dokumente
}
run-state-prepared = Wartet auf Freigabe
run-state-approved = Freigegeben
run-state-issuing = Wird ausgestellt
run-state-issued = Ausgestellt
run-state-withdrawn = Zurückgezogen
run-state-changed = Hat sich geändert
run-changed-text = Seit der Vorbereitung haben sich Tatsachen geändert. Nichts wurde ausgestellt: bitte neu vorbereiten.
run-outcome = Ergebnis: { $issued ->
    [0] kein Dokument ausgestellt
    [one] ein Dokument ausgestellt
   *[other] { $issued } Dokumente ausgestellt
}, { $blocked ->
    [0] kein Vertrag gesperrt
    [one] ein Vertrag gesperrt
   *[other] { $blocked } Verträge gesperrt
}, { $pending ->
    [0] keine Datei ausstehend
    [one] eine Datei ausstehend
   *[other] { $pending } Dateien ausstehend
}.
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
run-issue = Rechnungen ausstellen
run-withdraw = Lauf zurückziehen
run-facts = Über diesen Lauf
run-prepared = Vorbereitet
run-approved = Freigegeben
run-issued = Ausgestellt
run-period = Abrechnungsstichtag { $day }: Berechnet wird, was bis dahin fällig ist, gleich wann die Leistung endet.
run-period-until = Abrechnungsstichtag { $day }, Leistung bis { $until }: Berechnet wird, was bis dahin fällig ist; Leistung, die später beginnt, wartet auf den nächsten Lauf.
run-change = Im Vergleich mit dem letzten Lauf
run-change-net = Nettosummen im Vergleich mit dem Lauf vom { $day }. Rechnungskorrekturen zählen negativ.
run-change-none = Kein früherer Lauf hat etwas ausgestellt.
run-before = Letzter Lauf
run-now = Dieser Lauf
run-difference = Differenz
run-change-documents = { $now }, zuvor { $before }
run-service-until = Leistung bis
run-digest = Prüfsumme des Inhalts
run-blocked = Nicht abgerechnet
run-lines = Was ausgestellt wird
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
