# Zahlen und bezahlt.
paid-on = Bezahlt am { $day }
paid-over = Bezahlt, { $amount } zu viel
paid-held = Aufgehoben, { $amount } zurückzugeben
paid-to-give-back = { $amount } zurückzugeben
paid-partly = Noch { $amount } offen
paid-overdue = { $days ->
    [one] 1 Tag überfällig
   *[other] { $days } Tage überfällig
}
pay-by-card = { $amount } mit Karte zahlen
pay-card-text = Sie zahlen auf der Seite unseres Zahlungsdienstes und kommen hierher zurück.
pay-going-title = Zur Zahlungsseite
pay-going-text = Sie werden zur Seite unseres Zahlungsdienstes weitergeleitet.
pay-going-on = Weiter zur Zahlungsseite
pay-arriving-title = Zurück von der Zahlungsseite
pay-arriving-text = Sie werden zur Rechnung zurückgeleitet.
pay-crumb = Kartenzahlung
pay-back = Zurück zur Rechnung
pay-paid-title = Vielen Dank, die Rechnung ist bezahlt
pay-paid-text = { $amount } für die Rechnung { $number } sind eingegangen.
pay-confirming-title = Die Zahlung wird bestätigt
pay-confirming-text = { $amount } für die Rechnung { $number } sind unterwegs. Diese Seite sieht von selbst wieder nach; Sie können sie auch schließen.
pay-declined-title = Die Karte wurde abgelehnt
pay-declined-text = Für die Rechnung { $number } wurde nichts abgebucht. Versuchen Sie es mit einer anderen Karte oder fragen Sie Ihre Bank.
pay-unfinished-title = Die Zahlung wurde nicht abgeschlossen
pay-unfinished-text = Für die Rechnung { $number } wurde nichts abgebucht. Sie können dort weitermachen, wo Sie aufgehört haben.
pay-expired-title = Die Zahlungsseite ist abgelaufen
pay-expired-text = Für die Rechnung { $number } wurde nichts abgebucht. Beginnen Sie bei der Rechnung von Neuem.
pay-none-title = Es wurde keine Zahlung begonnen
pay-none-text = Niemand hat begonnen, die Rechnung { $number } mit Karte zu zahlen.
payments-title = Zahlungen
payments-none = Es ist noch keine Zahlung eingegangen.
payment-day = Eingang
payment-how = Art
payment-amount = Betrag
payment-fee = Gebühr
payment-settles = Davon für diese Rechnung
payment-card = Karte
payment-transfer = Überweisung
payment-entries = Buchungen
entry-all = Buchungen der Zahlung
entry-payment = Zahlung
entry-fee = Gebühr des Zahlungsdienstes
entry-refund = Erstattung
entry-refund-failed = Zurückgekommene Erstattung
entry-debit = Soll
entry-credit = Haben
refund-ask = Erstattung von { $amount } beantragen
refund-approve = Freigeben und erstatten
refund-withdraw = Zurückziehen
refund-requested = Erstattung von { $amount } wartet seit { $day } auf eine zweite Person
refund-sending = Erstattung von { $amount } ist unterwegs
refund-returned = { $amount } am { $day } erstattet
refund-failed = Erstattung von { $amount } am { $day } gescheitert
refund-withdrawn = Erstattung von { $amount } vom { $day } zurückgezogen

