# The pages of customers.
portal-invoices-title = Ihre Rechnungen
portal-lead = Die neueste Rechnung ist { $number } vom { $day }.
portal-lead-none = Für Sie ist noch keine Rechnung ausgestellt.
portal-none-title = Noch keine Rechnung
portal-none-text = Sobald eine ausgestellt ist, steht sie hier mit ihren Dateien und der Herkunft jedes Betrags.
portal-newest = Neueste Rechnung
portal-newest-service = Ihre Leistung
portal-sum = Berechnet in { $year }
portal-years = Jahre
portal-invoices-of = Rechnungen aus { $year }
portal-counted = { $count ->
    [one] Eine Rechnung
   *[other] { $count } Rechnungen
}
portal-column-invoice = Rechnung
portal-column-due = Zu zahlen
portal-column-files = Herunterladen
portal-original-note = Das PDF ist zum Lesen. Welche Datei das Original für Ihre Bücher ist, steht auf der Seite jeder Rechnung.
portal-invoice-sub = { $kind } · ausgestellt { $day } · Leistung { $period }
portal-pay-title = So zahlen Sie
portal-pay-amount = Betrag
portal-pay-due = Fällig
portal-pay-reference = Verwendungszweck
portal-pay-payee = Empfänger
portal-pay-iban = IBAN
portal-pay-bic = BIC
portal-proof-text = Prüfsumme der Rechnung, wie sie ausgestellt wurde. Sie ändert sich nie, und jeder Betrag lässt sich daraus nachrechnen.
portal-account = Konto
portal-language-text = Sie gilt für diese Seiten und für die E-Mails, die Sie von uns bekommen. Ihre Rechnungen behalten die vereinbarte Sprache.
portal-roles-text = Was Sie hier sehen und tun dürfen. Sprechen Sie uns an, wenn es etwas anderes sein soll.
portal-roles-title = Was Sie dürfen
portal-role-billing = Abrechnung: Rechnungen sehen und bezahlen
portal-role-procurement = Beschaffung: Rechnungen und Kontaktdaten sehen
portal-role-technical = Technik: Nutzung und Kontaktdaten sehen
