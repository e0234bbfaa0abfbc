# Die Startseite, der Ausblick, und das Aufheben von Rechnungen.
home-title = { $count ->
    [0] Heute wartet nichts auf Sie
    [one] Heute wartet ein Vorgang
   *[other] Heute warten { $count } Vorgänge
}
home-held-back = { $count ->
    [0] Kein Vertrag ist gesperrt
    [one] Ein Vertrag ist gesperrt
   *[other] { $count } Verträge sind gesperrt
}
home-due-contracts = { $count ->
    [one] Ein Vertrag
   *[other] { $count } Verträge
}
home-more = { $count ->
    [one] Noch eines
   *[other] { $count } weitere
}
home-tries = { $count ->
    [one] Ein Versuch
   *[other] { $count } Versuche
}
days = { $count ->
    [one] 1 Tag
   *[other] { $count } Tage
}
nav-today = Heute
nav-outlook = Ausblick
done-cancelled = Die Rechnung ist aufgehoben: Rechnungskorrektur { $by } ist ausgestellt.
done-cancelled-before = Die Rechnung war schon aufgehoben, durch die Rechnungskorrektur { $by }.
done-run-prepared = Der Lauf ist vorbereitet. Jetzt gibt ihn jemand anderes frei.
done-run-approved = Der Lauf ist freigegeben.
done-run-issuing = Die Rechnungen werden ausgestellt.
done-run-withdrawn = Der Lauf ist zurückgezogen.
cancel-open = Aufheben …
cancel-crumb = Aufheben
cancel-title = { $number } aufheben
cancel-sub = { $customer } · ausgestellt am { $day } · { $gross } brutto
cancel-consequences = Was geschieht
cancel-issues = Eine Rechnungskorrektur über { $gross } wird mit dem Datum { $day } ausgestellt. Sie nimmt jede Zeile von { $number } zurück.
cancel-books = Erlös und Umsatzsteuer werden im Hauptbuch im selben Schritt zurückgebucht.
cancel-credits = Minderungen über { $amount }, die abgezogen waren, sind wieder offen. Die nächste Rechnung zieht sie ab.
cancel-again = Der nächste Lauf rechnet dieselbe Leistung neu ab: { $amount } brutto, wie Vertrag und Messung es jetzt sagen. Soll es anders sein, ändern Sie zuerst den Vertrag.
cancel-again-nothing = Der nächste Lauf rechnet dafür nichts neu ab: Nach dem Vertrag ist nichts mehr geschuldet.
cancel-again-unknown = Der Vertrag ist gesperrt. Ist der Grund behoben, rechnet der nächste Lauf ab, was der Vertrag dann vorsieht.
cancel-kept = Die Rechnung bleibt mit ihrer Nummer erhalten. Beide Dokumente verweisen aufeinander; das lässt sich nicht rückgängig machen.
cancel-why = Warum
cancel-reason = Grund der Korrektur
cancel-reason-hint = Er steht auf der Rechnungskorrektur und im Protokoll; höchstens { $limit } Zeichen.
cancel-error-missing = Der Grund fehlt. Geben Sie an, warum die Rechnung aufgehoben wird.
cancel-error-long = Der Grund hat { $count } Zeichen; höchstens { $limit } sind möglich.
cancel-send = Aufheben, { $gross } zurückgeben
cancel-back = Rechnung behalten
cancel-note = Die Rechnungskorrektur
cancel-gross = Korrekturbetrag, { $currency }
cancel-refused-credit-note = Das ist eine Rechnungskorrektur. Aufgehoben werden kann nur eine Rechnung; was zurückgegeben wurde, rechnet der nächste Lauf ab, wenn der Vertrag es verlangt.
cancel-refused-in-part = Ein späteres Dokument hat einen Teil dieser Rechnung schon zurückgegeben. Im Ganzen aufgehoben, käme dieser Teil zweimal zurück. Heben Sie zuerst die spätere Rechnung auf, oder ändern Sie den Vertrag.
fact-cancelled-by = Aufgehoben durch
events = Was geschah
event-frozen = Berechnet und geprüft
event-issued = Ausgestellt, Nummer vergeben
event-cancelled = Durch eine Rechnungskorrektur aufgehoben
home-list = Was zu tun ist
home-what = Was
home-amount = Betrag
home-when = Wann
home-action = Nächster Schritt
home-nothing-title = Für Sie ist nichts zu tun
home-nothing-text = Hier steht, was freizugeben, auszustellen, überfällig oder gesperrt ist.
home-approve = Freizugeben
home-review = Prüfen
home-issue = Auszustellen
home-open-run = Lauf öffnen
home-open-next = Den Lauf vom { $day } öffnen
home-today = Heute
home-since = seit { $day }
home-due = Abzurechnen
home-due-text = Gebühren seit dem letzten Lauf, netto geschätzt; Verbrauch und Korrekturen kommen hinzu.
home-prepare = Lauf vorbereiten
home-blocked = Gesperrt
home-blocked-state = Nicht abgerechnet
home-open-contract = Vertrag öffnen
home-overdue = Überfällig
home-open-invoice = Rechnung öffnen
home-refunds = Rückzahlungen freizugeben
home-held = Zurückzugeben
home-pending = Dateien ausstehend
home-pending-text = Vertrag { $contract }: PDF und XML fehlen noch, nichts wird zugestellt.
home-pending-state = Ausstehend
home-failed = Gescheiterte Aufträge
home-open = Öffnen
home-lacking = Kunden, denen etwas fehlt
home-lacking-state = Fehlt
home-open-customer = Kunden öffnen
home-monthly = Wiederkehrend im Monat
home-yearly = Wiederkehrend im Jahr
home-contracted = Vertraglich, 12 Monate
home-cash = Fällig binnen 30 Tagen
home-open-amounts = Offene Beträge
home-and = dazu { $others }
home-and-more = dazu { $others }, { $more }
home-beyond = davon { $amount } über die Kündigungsfrist hinaus
home-late = davon { $amount } überfällig
home-late-all = alles überfällig
home-late-besides = dazu { $amount } überfällig
home-next = Die nächsten 12 Monate
home-legend = Gefüllt ist vertraglich gebunden, schraffiert erwartet.
home-next-link = Woraus es besteht
chart-table = Dieselben Zahlen als Tabelle
column-month = Monat
column-age = Alter
column-day = Stand
column-days = Tage
column-due = Fällig
column-open = Offen
column-month-amount = Im Monat
column-year-amount = Im Jahr
column-bound = Gebunden
column-beyond = Erwartet
column-both = Zusammen
outlook-as-of = Stand { $at }.
outlook-as-of-older = Stand { $at }. Seither hat sich etwas geändert; die Zahlen werden neu berechnet.
outlook-currency = Währung
outlook-parts = Woraus es besteht
outlook-total = Summe
outlook-left = Nicht mitgezählt
recurring-crumb = Wiederkehrende Erlöse
recurring-title = { $amount } im Monat
recurring-course = { $from } bis { $to }
recurring-monthly = Wiederkehrend im Monat
recurring-text = Je Monat am ersten Tag, zuletzt heute: die Gebühren laufender Positionen, netto, ohne Verbrauch und Einmaliges.
recurring-chart = Wiederkehrende Erlöse im Monat, in { $currency }: { $figures }.
recurring-empty-title = Noch kein laufender Vertrag
recurring-empty-text = Hier steht, was laufende Verträge einbringen.
contracted-crumb = Vertragliche Erlöse
contracted-title = { $amount } in den nächsten 12 Monaten
contracted-course = Monat für Monat
contracted-unit = Erlös nach Leistungstagen, netto
contracted-text = Gefüllt: bis zum vereinbarten oder nächstmöglichen Ende. Schraffiert: unbefristete Verträge nach der Kündigungsfrist.
contracted-chart = Vertragliche Erlöse nach Monaten, in { $currency }: { $figures }.
contracted-unknown-title = Preise, die noch nicht feststehen
contracted-unknown = Klausel { $clause } ändert den Preis ab { $day }; der Indexwert fehlt noch. Bis dahin zählt der Preis davor.
cash-crumb = Nach Fälligkeit
cash-title = { $amount } binnen 30 Tagen fällig
cash-title-overdue = { $amount } binnen 30 Tagen fällig, { $overdue } überfällig
cash-text = Offene Rechnungen nach ihrer Fälligkeit. Das sagt, wann Geld fällig ist, nicht, wann es kommt.
cash-overdue = Überfällig
cash-soon = Fällig binnen 30 Tagen (bis { $day })
cash-later = Fällig in 31 bis 90 Tagen
cash-rest = Später fällig
open-crumb = Nach Alter
open-title = { $amount } offen
open-text = Ausgestellte Rechnungen, weniger was ihnen zugeordnet ist; die älteste zuerst.
open-empty-title = Nichts ist offen
open-empty-text = Hier steht jede ausgestellte Rechnung, bis sie beglichen ist.
open-credits = Rechnungskorrekturen, die niemand verrechnet hat
open-credits-text = Was wir schulden. Es ist von der Summe oben nicht abgezogen.
age-not-due = Noch nicht fällig
age-30 = 1 bis 30 Tage
age-60 = 31 bis 60 Tage
age-90 = 61 bis 90 Tage
age-older = Über 90 Tage
home-money-in = Einnahmen
home-money-out = Rückzahlungen
home-contracts = Verträge und Kunden
home-operations = Betrieb
home-areas = Wo es wartet
