# The pages of customers.
portal-invoices-title = Ihre Rechnungen
portal-lead = Die neueste Rechnung ist { $number } vom { $day }.
portal-lead-none = Für Sie ist noch keine Rechnung ausgestellt.
portal-lead-settled = Alle Ihre Rechnungen sind beglichen.
portal-lead-overdue = { $overdue ->
    [one] Eine Rechnung ist überfällig, { $amount }.
   *[other] { $overdue } Rechnungen sind überfällig, { $amount }.
}
portal-lead-more = { $coming ->
    [one] Eine weitere ist am { $day } fällig.
   *[other] { $coming } weitere werden fällig, die nächste am { $day }.
}
portal-lead-due = { $coming ->
    [one] Nichts ist überfällig. Eine Rechnung ist am { $day } fällig.
   *[other] Nichts ist überfällig. { $coming } Rechnungen werden fällig, die nächste am { $day }.
}
portal-none-title = Noch keine Rechnung
portal-none-text = Sobald eine ausgestellt ist, steht sie hier mit ihren Dateien und der Herkunft jedes Betrags.
portal-newest = Neueste Rechnung
portal-newest-service = Leistung darin
portal-sum = Berechnet in { $year }
portal-due-next = Als Nächstes fällig
portal-paid-in = Bezahlt { $year }
portal-open = Zu zahlen
portal-years = Jahre
portal-invoices-of = Rechnungen aus { $year }
portal-counted = { $count ->
    [one] Eine Rechnung
   *[other] { $count } Rechnungen
}
portal-column-invoice = Rechnung
portal-column-due = Zu zahlen
portal-column-files = Herunterladen
portal-original-note = Welche Datei das Original für Ihre Bücher ist und welche zum Lesen, steht auf der Seite jeder Rechnung.
portal-invoice-sub = { $kind } · ausgestellt { $day } · Leistung { $period }
portal-pay-title = So zahlen Sie
portal-pay-amount = Betrag
portal-pay-due = Fällig
portal-pay-reference = Referenz
portal-pay-payee = Empfänger
portal-pay-iban = IBAN
portal-pay-bic = BIC
portal-proof-text = Prüfsumme der Rechnung, wie sie ausgestellt wurde. Sie ändert sich nie, und jeder Betrag lässt sich daraus nachrechnen.
portal-account = Zugang
portal-language-text = Sie gilt für diese Seiten und für die E-Mails, die Sie von uns bekommen. Ihre Rechnungen behalten die vereinbarte Sprache.
portal-roles-text = Was Sie hier sehen und tun dürfen. Sprechen Sie uns an, wenn es etwas anderes sein soll.
portal-roles-title = Was Sie dürfen
portal-role-billing = Abrechnung: Rechnungen sehen und bezahlen
portal-role-procurement = Beschaffung: Rechnungen und Kontaktdaten sehen
portal-role-technical = Technik: Nutzung und Kontaktdaten sehen
portal-help = Hilfe
portal-onward-title = Einen Augenblick
portal-onward-go = Weiter geht es hier
portal-sign-in-title = Anmeldung am Kundenportal
portal-sign-in-lead = Geben Sie Ihre E-Mail-Adresse an. Wir schicken Ihnen einen Link, der Sie anmeldet; ein Passwort gibt es nicht.
portal-sign-in-send = Link schicken
portal-sign-in-no-account = Sie haben noch keinen Zugang? Fragen Sie uns oder jemanden bei Ihnen, der ihn hat.
portal-no-mail = Zurzeit kann sich hier niemand per E-Mail anmelden.
portal-no-mail-text = Der Versand von E-Mails ist hier noch nicht eingerichtet. Fragen Sie uns nach einem Link.
portal-staff = Unsere eigenen Leute melden sich hier an
portal-error-often = Es wurden mehrere Links verlangt. Bitte warten Sie einige Minuten und sehen Sie inzwischen in Ihr Postfach.
portal-sent-title = Sehen Sie in Ihr Postfach
portal-sent-lead = Wenn zu der Adresse ein Zugang gehört, ist ein Link dorthin unterwegs. Er gilt { $minutes } Minuten und öffnet einmal.
portal-sent-wait = In der Regel dauert es eine Minute. Sehen Sie auch in den Ordner für unerwünschte Post.
portal-sent-none = Zur Sicherheit sagt diese Seite dasselbe, ob wir die Adresse kennen oder nicht.
portal-sent-again = Neuen Link verlangen
portal-confirm-title = Jetzt anmelden?
portal-confirm-lead = Sie melden sich als { $email } an.
portal-confirm-send = Anmelden
portal-closed-title = Dieser Link öffnet nichts
portal-link-used = Er wurde schon benutzt. Jeder Link öffnet einmal.
portal-link-expired = Seine Zeit ist abgelaufen. Links gelten nur wenige Minuten.
portal-link-unknown = Wir kennen ihn nicht. Vielleicht wurde die Adresse in Ihrer E-Mail abgeschnitten.
portal-ask-us = Wen Sie fragen
portal-ask-nobody = Fragen Sie, wer Sie hierher geschickt hat.
portal-contact-name = Kontakt
portal-contact-email = E-Mail-Adresse
portal-contact-phone = Telefon
portal-ask-sign-in = Wie melde ich mich an?
portal-answer-sign-in = Mit Ihrer E-Mail-Adresse: Wir schicken einen Link, der wenige Minuten gilt und einmal öffnet. Ein Passwort brauchen Sie nicht.
portal-ask-original = Welche Datei gehört in unsere Bücher?
portal-answer-original = Das hängt vom Format ab, das mit Ihnen vereinbart ist. Auf der Seite jeder Rechnung steht, welche Datei das Original ist und welche zum Lesen.
portal-ask-why = Wie entsteht ein Betrag?
portal-answer-why = Unter jeder Position einer Rechnung steht „Warum dieser Betrag?“. Das führt hinab zu Preis, Tagen und Messwerten, auf denen er beruht.
portal-ask-wrong = Was, wenn eine Rechnung falsch ist?
portal-answer-wrong = Nennen Sie uns Nummer und Position. Was ausgestellt ist, wird nie geändert; wir schicken eine Korrektur, die sie nennt.
portal-ask-people = Wie bekommt jemand anderes Zugang?
portal-answer-people = Nennen Sie uns Namen, E-Mail-Adresse und was die Person sehen soll: Rechnungen oder nur die Nutzung.
portal-year-files = Dateien aus { $year } herunterladen (ZIP, { $count ->
    [one] eine Rechnung
   *[other] { $count } Rechnungen
})
portal-usage = Nutzung
portal-usage-title = Ihre Nutzung
portal-usage-lead = { $contract }, Vertrag { $number }, { $year }
portal-usage-contracts = Verträge mit Messwerten
portal-usage-none-title = Noch kein Messwert
portal-usage-none-text = Sobald ein Zeitraum gemessen und abgeschlossen ist, steht er hier mit dem, worauf er beruht.
portal-contact-title = Ihre Kontaktdaten
portal-contact-lead = Wen wir anschreiben und anrufen. Eine Änderung gilt ab heute; was ausgestellt ist, bleibt wie es ist.
portal-contact-heading = Kontakt für Rechnungen und Fragen
portal-contact-who = Person oder Stelle
portal-contact-save = Kontakt speichern
portal-people-title = Wer Zugang hat
portal-people-tasks = Aufgabe
portal-address-title = Anschrift der Rechnungen
portal-address-text = Anschrift, steuerliche Angaben und der Weg Ihrer Rechnungen beruhen auf dem Vertrag. Wenn sich daran etwas ändert, sprechen Sie uns an.
portal-error-phone = Eine Telefonnummer besteht nur aus Ziffern, Leerzeichen und + - / ( ).
portal-error-stale = Ihre Daten wurden inzwischen geändert. Bitte vergleichen Sie sie und speichern Sie noch einmal.
portal-contact-nav = Kontakt
