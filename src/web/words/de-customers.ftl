# Kunden, Verträge, Preise und Nutzung, auf Deutsch.
customer-title = Kunden
customer-all = { $count ->
    [0] Noch ist kein Kunde erfasst.
    [one] Ein Kunde ist erfasst.
   *[other] { $count } Kunden sind erfasst.
}
customer-found = { $count ->
    [0] Kein Kunde passt zum Filter.
    [one] Ein Kunde passt zum Filter.
   *[other] { $count } Kunden passen zum Filter.
}
customer-empty-title = Noch kein Kunde
customer-empty-text = Kunden kommen mit einem Buch: herdbook import BUCH.toml.
customer-filter = Kunden filtern
customer-filter-text = Nummer oder Name
customer-clear = Alle Kunden zeigen
customer-country = Land
customer-kind = Art
customer-format = Rechnungsformat
customer-running = { $count ->
    [0] keiner läuft
    [one] 1 läuft
   *[other] { $count } laufen
}
customer-kind-public-de = Öffentliche Stelle in Deutschland
customer-kind-public-eu = Öffentliche Stelle in der EU
customer-kind-eu-institution = EU-Organ
customer-kind-organisation = Internationale Organisation
customer-kind-mission = Botschaft oder Konsulat
customer-kind-university = Hochschule
customer-kind-business = Unternehmen
customer-kind-ngo = Gemeinnützige Organisation
customer-sub = Kunde { $number } · { $kind } · { $country }
customer-ready = Kann abgerechnet werden
customer-lacking = { $count ->
    [one] Eine Angabe fehlt
   *[other] { $count } Angaben fehlen
}
customer-lacks = Was fehlt
customer-contracts-all = { $count ->
    [one] Ein Vertrag
   *[other] Alle { $count } Verträge
}
customer-contracts-none = Mit diesem Kunden gibt es keinen Vertrag.
customer-tax = Steuerliche Behandlung heute
customer-tax-treatment = Behandlung
customer-tax-reason = Begründung auf Dokumenten
customer-tax-rate = { $rate } Umsatzsteuer
customer-tax-reverse = Steuerschuldnerschaft des Leistungsempfängers
customer-tax-exempt = Steuerfrei
customer-tax-outside = Nicht steuerbar
customer-tax-blocked = Gesperrt
customer-nature-automated = Automatisierte Leistungen
customer-nature-human = Arbeit von Menschen
customer-nature-sold = in einem Vertrag
customer-nature-not-sold = in keinem Vertrag
customer-evidence = Steuernachweise
customer-evidence-none = Es liegt kein Steuernachweis vor.
customer-evidence-what = Nachweis
customer-evidence-reference = Aktenzeichen
customer-evidence-valid = Gültig
customer-evidence-exemption = Befreiung
customer-evidence-business = Nachweis als Unternehmen
customer-evidence-vies = VIES-Auskunft
customer-evidence-earlier = { $count ->
    [one] Eine frühere Auskunft
   *[other] { $count } frühere Auskünfte
}
customer-proof-holds = Gilt
customer-proof-later = Gilt noch nicht
customer-proof-over = Abgelaufen
customer-vies-holds = Gültig, zählt heute
customer-vies-valid = Gültig
customer-vies-old = Gültig, neu abfragen
customer-vies-invalid = Ungültig
customer-lack-seller-country = Die Steuerregeln kennen nur Verkäufer in Deutschland.
customer-lack-seller-vat-id = Der Verkäufer hat keine USt-IdNr., die bei Steuerschuldnerschaft des Leistungsempfängers auf der Rechnung stehen muss.
customer-lack-seller-tax-number = Der Verkäufer hat keine Steuernummer, die auf einer nicht steuerbaren Rechnung stehen muss.
customer-lack-small-business = Ein Kleinunternehmer kann Verbraucher im Ausland nicht ohne Festlegung abrechnen.
customer-lack-exemption = Es liegt kein Nachweis vor, dass die Befreiung am { $day } gilt. Bestellklausel oder Bescheinigung eintragen.
customer-lack-vat-id = Ein Unternehmen in der EU braucht eine USt-IdNr., die VIES bestätigt.
customer-lack-vat-id-country = Die USt-IdNr. { $id } gehört zu einem anderen Land als die Anschrift. Das braucht eine Festlegung.
customer-lack-vat-id-wrong = Die USt-IdNr. besteht ihre Prüfung nicht. Mit dem Schreiben des Kunden vergleichen.
customer-lack-vies = VIES hat die USt-IdNr. { $id } nie bestätigt. VIES abfragen und die Auskunft eintragen.
customer-lack-vies-invalid = VIES hat { $id } am { $day } als ungültig gemeldet.
customer-lack-vies-old = Die VIES-Auskunft vom { $day } ist zu alt. VIES neu abfragen.
customer-lack-vies-expired = Die VIES-Auskunft vom { $day } zählt nicht mehr, auch solange VIES ausfällt.
customer-lack-one-stop-shop = Es fällt Steuer im Land des Kunden an, aber der Verkäufer nimmt am OSS-Verfahren nicht teil.
customer-lack-business = Es liegt kein Nachweis als Unternehmen vor, der am { $day } gilt.
customer-lack-uk = Der Kunde ist im Vereinigten Königreich nicht registriert; der Verkäufer muss sich dort vielleicht registrieren.
customer-lack-ruling = Wo die Arbeit von Menschen für diesen Kunden besteuert wird, braucht eine Festlegung.
customer-lack-rate = Der Steuersatz dieses Tages ist nicht hinterlegt.
customer-lack-leitweg = Die Leitweg-ID fehlt, die XRechnung verlangt.
customer-lack-leitweg-wrong = Die Leitweg-ID besteht ihre Prüfung nicht.
customer-lack-siret = Die SIRET fehlt, die Chorus Pro verlangt.
customer-lack-siret-wrong = Die SIRET besteht ihre Prüfung nicht.
customer-lack-endpoint = Die elektronische Adresse fehlt, die Peppol verlangt.
customer-lack-endpoint-wrong = Die elektronische Adresse besteht ihre Prüfung nicht.
customer-lack-order = Vertrag { $contract } hat keine Bestellnummer, und der Kunde verlangt eine.
customer-lack-other = Eine Prüfung schlägt fehl, die jedes Dokument bestehen muss ({ $code }).
customer-states = Stände im Lauf der Zeit
customer-states-text = Ein Dokument nennt den Stand seines Ausstellungstags.
customer-state-first = Erster erfasster Stand
customer-state-changed = Geändert: { $what }
customer-state-always = Von Anfang an
customer-state-known = Bekannt seit { $moment }
customer-state-now = gilt heute
customer-change-name = Name
customer-change-departments = Abteilungen
customer-change-kind = Art des Kunden
customer-change-address = Anschrift
customer-change-contact = Ansprechpartner
customer-change-language = Sprache
customer-change-currency = Währung
customer-change-vat-id = USt-IdNr.
customer-change-evidence = Steuernachweise
customer-change-routing = Zustellung der Dokumente
customer-change-order = Regel zur Bestellnummer
customer-about = Über diesen Kunden
customer-address = Anschrift
customer-contact = Ansprechpartner
customer-contact-name = Name
customer-phone = Telefon
customer-email = E-Mail
customer-routing = Wohin Dokumente gehen
customer-leitweg = Leitweg-ID
customer-siret = SIRET
customer-service-code = Service-Code
customer-endpoint = Elektronische Adresse
customer-notices = Hinweise an
customer-vat-id = USt-IdNr.
customer-documents = Dokumente
customer-language = Sprache
customer-language-de = Deutsch
customer-language-en = Englisch
customer-language-fr = Französisch
customer-currency = Währung
customer-order = Bestellnummer
customer-order-needed = Auf jeder Rechnung nötig
customer-order-free = Nicht nötig
contract-title = Verträge
contract-all = { $count ->
    [0] Noch ist kein Vertrag erfasst.
    [one] Ein Vertrag ist erfasst.
   *[other] { $count } Verträge sind erfasst.
}
contract-found = { $count ->
    [0] Kein Vertrag passt zum Filter.
    [one] Ein Vertrag passt zum Filter.
   *[other] { $count } Verträge passen zum Filter.
}
contract-empty-title = Noch kein Vertrag
contract-empty-text = Verträge kommen mit einem Buch: herdbook import BUCH.toml.
contract-filter = Verträge filtern
contract-filter-text = Nummer, Titel oder Kunde
contract-clear = Alle Verträge zeigen
contract-state-running = Läuft
contract-state-later = Noch nicht begonnen
contract-state-ended = Beendet
contract-begins = Beginnt am { $day }
contract-ended = Beendet am { $day }
contract-term = Laufzeit
contract-monthly = Im Monat, netto
contract-since = seit { $day }
contract-until = bis { $day }
contract-renews = { $months ->
    [one] verlängert sich um einen Monat
   *[other] verlängert sich um { $months } Monate
}
contract-renewed = Verlängerung { $number }, Vertrag seit { $day }
contract-sub = Vertrag { $number } mit { $customer }
contract-fee-now = Monatliches Entgelt, netto
contract-fee-note = feste Entgelte nach Rabatten, ohne Verbrauch
contract-fee = { $fee } { $currency } im Monat
contract-binds = Bindet bis
contract-ended-label = Beendet
contract-binds-end = dann ist er beendet
contract-binds-open = wenn heute gekündigt würde
contract-at-most = längstens bis { $day }
contract-notice-last = Letzter Tag zum Kündigen
contract-notice-left = { $days ->
    [0] heute
    [one] noch ein Tag
   *[other] noch { $days } Tage
}
contract-invoiced = Berechnet, netto
contract-invoiced-note = { $count ->
    [0] noch keine Rechnung
    [one] auf einer Rechnung
   *[other] auf { $count } Rechnungen, Korrekturen abgezogen
}
contract-fault = Die Preise stehen wie zuerst vereinbart: Eine Preisanpassung lässt sich nicht anwenden ({ $code }).
contract-timeline = Laufzeiten im Verlauf
contract-timeline-text = Laufzeiten, feste Entgelte im Monat vor Rabatten, Kündigungstage
contract-timeline-table = Laufzeiten als Tabelle
contract-runs = Läuft
contract-term-first = Erste Laufzeit
contract-term-open = Unbefristet
contract-term-on = Läuft weiter
contract-term-renewal = Verlängerung { $number }
contract-term-past = { $term }
contract-term-now = { $term }, läuft
contract-term-agreed = { $term }, vereinbart
contract-term-possible = { $term }, möglich
contract-notice-by = Kündigen bis { $day }
contract-notice-passed = { $day }, verstrichen
contract-today = Heute
contract-items = Leistungen und Preise
contract-item = Leistung
contract-billed = Abgerechnet
contract-monthly-ahead = Monatlich im Voraus
contract-monthly-after = Monatlich im Nachhinein
contract-quarterly-ahead = Vierteljährlich im Voraus
contract-quarterly-after = Vierteljährlich im Nachhinein
contract-half-yearly-ahead = Halbjährlich im Voraus
contract-half-yearly-after = Halbjährlich im Nachhinein
contract-yearly-ahead = Jährlich im Voraus
contract-yearly-after = Jährlich im Nachhinein
contract-changes = Nachträge
contract-changes-text = Nach dem Tag, an dem sie wirken, neueste zuerst
contract-changes-none = Der Vertrag gilt, wie er zuerst vereinbart wurde.
contract-change-add = { $item } kommt hinzu
contract-change-end = { $item } endet
contract-change-replace = { $new } tritt an die Stelle von { $old }
contract-change-price = { $item }: neuer Preis
contract-change-count = { $item }: ab jetzt { $count }
contract-change-cancel = Der Vertrag endet: erster Tag ohne Leistung
contract-change-known = { $id } · der Abrechnung bekannt ab { $day }
contract-clauses = Preisklauseln
contract-clause-uplift = Feste Entgelte steigen um { $percent }
contract-clause-index = Feste Entgelte folgen dem Index { $series }, Basis { $base }, { $months ->
    [one] mit dem Wert des Vormonats
   *[other] mit dem Wert { $months } Monate davor
}
contract-clause-dates = Zuerst am { $day }, dann alle { $months ->
    [one] Monate
   *[other] { $months } Monate
}
contract-clause-cap = Um höchstens { $percent }
contract-clause-threshold = Erst ab { $percent }; weniger wartet und zählt beim nächsten Mal
contract-clause-symmetric = Fallende Werte senken den Preis, wie steigende ihn erhöhen
contract-clause-upward = Fallende Werte lassen den Preis, wie er ist
contract-clause-age = { $months ->
    [0] Später hinzugekommene Leistungen folgen sofort
    [one] Später hinzugekommene Leistungen folgen, wenn sie einen Monat alt sind
   *[other] Später hinzugekommene Leistungen folgen, wenn sie { $months } Monate alt sind
}
contract-clause-change = { $day }: { $percent }
contract-clause-unknown = { $day }: Die Änderung lässt sich noch nicht berechnen, weil ein Wert des Index nicht vorliegt. Gezeigt ist der Preis davor.
contract-discounts = Rabatte
contract-discount = Rabatt
contract-discount-amount = Nimmt weg
contract-discount-all = alle festen Entgelte
contract-levels = Service-Level
contract-level-availability = Verfügbarkeit
contract-level-target = mindestens { $percent } im Monat
contract-level-target-above = mehr als { $percent } im Monat
contract-level-step = Unter { $below }: Minderung um { $credit }
contract-level-rules = Wie gemessen und gemindert wird
contract-level-base-service = Die Minderung bemisst sich am Monatsentgelt dieser Leistung
contract-level-base-contract = Die Minderung bemisst sich an allen Entgelten des Monats
contract-level-cap-month = Höchstens { $percent } im Monat
contract-level-cap-year = Höchstens { $percent } im Vertragsjahr
contract-level-next = Minderungen kommen mit der nächsten Rechnung
contract-level-quarter = Minderungen kommen mit der ersten Rechnung nach dem Quartal
contract-level-from = Gemessen ab { $day }
contract-level-excluded = Ausgenommene Zeit zählt nicht zur vereinbarten Zeit
contract-level-excluded-up = Ausgenommene Zeit zählt als verfügbar
contract-level-unmeasured-up = Zeit ohne Messung zählt als verfügbar
contract-level-unmeasured-down = Zeit ohne Messung zählt als Ausfall
contract-level-unmeasured-out = Zeit ohne Messung zählt nicht mit
contract-level-shortest = Ausfälle unter { $seconds } Sekunden zählen nicht
contract-level-merge = Ausfälle im Abstand bis { $seconds } Sekunden zählen als einer
contract-level-maintenance = Wartung ist ausgenommen, wenn sie { $hours } Stunden vorher angekündigt ist
contract-level-allowance = Wartung ist bis { $minutes } Minuten im Monat ausgenommen
contract-level-any = Ausgefallen, wenn eines davon ausfällt: { $components }
contract-level-all = Ausgefallen, wenn alle davon ausfallen: { $components }
contract-level-suppliers = Ausfälle unserer Zulieferer zählen
contract-level-suppliers-not = Ausfälle unserer Zulieferer zählen nicht
contract-level-period = Zeitraum
contract-level-reached = Erreicht
contract-level-credit = Minderung
contract-level-met = Eingehalten
contract-level-missed = Verfehlt
contract-credit-proposed = vorgeschlagen
contract-credit-approved = genehmigt
contract-credit-applied = auf einer Rechnung
contract-credit-expired = verfallen
contract-credit-rejected = abgelehnt
contract-invoices = Neueste Rechnungen
contract-invoices-all = { $count ->
    [one] Eine Rechnung
   *[other] Alle { $count } Rechnungen
}
contract-invoices-none = Noch ist nichts berechnet.
contract-net = Netto
contract-about = Über diesen Vertrag
contract-parties = Parteien
contract-seller = Verkäufer
contract-term-notice = Laufzeit und Kündigung
contract-begin = Beginnt
contract-renewal = Verlängerung
contract-longest = insgesamt höchstens { $months } Monate
contract-notice = Kündigung
contract-notice-none = bis zum letzten Tag einer Laufzeit
contract-notice-before = { $months ->
    [one] einen Monat vor Ende einer Laufzeit
   *[other] { $months } Monate vor Ende einer Laufzeit
}
contract-notice-open = { $months ->
    [0] jederzeit
    [one] ein Monat, jederzeit
   *[other] { $months } Monate, jederzeit
}
contract-zone = Zeitzone
contract-billing = Abrechnung
contract-payment = Zahlung
contract-pay-sepa = SEPA-Überweisung
contract-pay-transfer = Überweisung
contract-pay-card = Per Karte am Ausstellungstag
contract-due = Fällig
contract-due-days = { $days ->
    [0] am Ausstellungstag
    [one] einen Tag nach Ausstellung
   *[other] { $days } Tage nach Ausstellung
}
contract-anchor = Intervalle
contract-anchor-day = beginnen am { $day }. des Monats
contract-anchor-from = gezählt ab { $day }
contract-proration = Teilintervalle
contract-proration-actual = nach Tagen des Intervalls
contract-proration-thirty = nach Tagen durch 30 je Monat
contract-proration-strict = Monate zu 30 Tagen (30/360)
contract-proration-second = nach Sekunden des Intervalls
contract-arrears = Nachträglich
contract-arrears-next = berechnet am Tag nach dem Zeitraum
contract-arrears-working = berechnet am ersten Werktag nach dem Zeitraum
contract-grace = Nachfrist für Messwerte
contract-grace-hours = Verbrauch wird { $hours } Stunden nach dem Ende des Zeitraums abgeschlossen
contract-holidays = Feiertage von { $region }
contract-closed = Geschlossen am
contract-references = Angaben auf Rechnungen
contract-reference-contract = Vertrag
contract-reference-order = Bestellung
contract-reference-project = Projekt
contract-reference-buyer = Käufer
contract-reference-tender = Vergabe
contract-reference-centre = Kostenstelle
price-per = { $per ->
    [month] im Monat
    [quarter] im Quartal
    [half-year] im Halbjahr
   *[year] im Jahr
}
price-flat = { $price } { $per }
price-flat-use = { $price } { $per }, wie viel auch genutzt wird
price-each = { $price } je { $unit }
price-one = Einheit
price-counted = { $count } × { $price } { $per }
price-count = Anzahl: { $count }, berechnet { $per }
price-package = { $price } für jedes angefangene Paket von { $size }
price-once = { $price } einmalig
price-once-counted = { $count } × { $price } einmalig
price-graduated = Nach Stufen, jeder Teil zum Preis seiner Stufe
price-volume = Nach Stufen, alles zum Preis der erreichten Stufe
price-tier-first = bis { $to }: { $price }
price-tier = { $from } bis { $to }: { $price }
price-tier-last = über { $from }: { $price }
price-included = { $quantity } { $per } enthalten; berechnet wird, was darüber liegt
price-roll-over = Was vom Kontingent übrig bleibt, kommt einmal zum nächsten Zeitraum hinzu
price-step = Aufgerundet auf Vielfache von { $step }
price-minimum = Mindestens { $price } { $per }
price-minimum-year = Mindestens { $price } im Vertragsjahr
price-maximum = Höchstens { $price } { $per }
price-pooled = Das Kontingent wird mit { $instances } geteilt
price-discount-percent = { $percent } des Entgelts
price-discount-amount = { $price } von jedem Preisintervall
price-over-time = Preise im Lauf der Zeit
price-agreed = wie zuerst vereinbart
price-ramp = von Anfang an vereinbarte Stufe
price-by-amendment = Nachtrag { $id }
price-by-clause = Preisklausel { $id }
usage-title = Nutzung
usage-all = { $count ->
    [0] Noch ist kein Messwert abgeschlossen.
    [one] Ein Messwert ist abgeschlossen.
   *[other] { $count } Messwerte sind abgeschlossen. Sie ändern sich nie; eine Korrektur ist eine neue Fassung.
}
usage-found = { $count ->
    [0] Kein Messwert passt zum Filter.
    [one] Ein Messwert passt zum Filter.
   *[other] { $count } Messwerte passen zum Filter.
}
usage-empty-title = Noch kein Messwert
usage-empty-text = Messwerte werden geschlossen, wenn ein Zeitraum zu Ende ist und ein Abrechnungslauf ihn abrechnet.
usage-none-text = Die ganze Nummer eines Vertrags oder Kunden angeben oder den Filter aufheben.
usage-none-title = Kein Messwert in diesem Jahr
usage-none-year = Der Vertrag hat keine gemessene Leistung, oder kein Zeitraum ist abgeschlossen.
usage-filter = Messwerte filtern
usage-filter-text = Nummer eines Vertrags oder Kunden
usage-clear = Alle Messwerte zeigen
usage-meter = Zähler
usage-period = Zeitraum
usage-coverage = Abdeckung
usage-closed-at = Abgeschlossen
usage-closed = Gilt
usage-replaced = Ersetzt
usage-revision = Fassung { $revision }
usage-of-title = Nutzung: { $contract }
usage-of-sub = Vertrag { $number } mit { $customer } · { $year }
usage-unpriced = Keine Leistung des Vertrags fragt nach diesem Zähler.
usage-included = Enthalten, { $quantity }
usage-above = Darüber
usage-sum = In diesem Jahr berechnet
usage-proof = Nachweis: { $requests } · { $checksum }
usage-requests = { $count ->
    [one] Eine Meldung
   *[other] { $count } Meldungen
}
usage-entered = von Hand eingetragen
usage-estimated = geschätzt
usage-before = Fassung { $revision } sagte { $quantity }, abgeschlossen { $moment }
customer-yes = ja
customer-no = nein
customer-nothing = nichts
customer-who = Wer es ist
customer-legal-name = Rechtlicher Name
customer-departments = Abteilungen
customer-departments-hint = Eine je Zeile; sie stehen auf Dokumenten unter dem Namen.
customer-number-hint = Zugleich das Debitorenkonto, 10000 bis 69999. Sie ändert sich nie.
customer-currency-hint = Sie ändert sich nie: Eine andere Währung braucht einen eigenen Kunden.
customer-street = Straße und Hausnummer
customer-extra = Zweite Zeile
customer-post-code = Postleitzahl
customer-city = Ort
customer-region = Bundesstaat oder Provinz
customer-country-choose = Land wählen
customer-contact-hint = Die Stelle oder Person, die auf Dokumenten steht.
customer-leitweg-hint = Mit Prüfziffern, etwa 04011000-12345-03.
customer-siret-hint = 14 Ziffern; Leerzeichen stören nicht.
customer-scheme = Schema der elektronischen Adresse
customer-scheme-hint = 0204 für eine Leitweg-ID, 0009 für eine SIRET, EM für E-Mail.
customer-order-required = Weist Rechnungen ohne Bestellnummer zurück
customer-order-hint = Verträge ohne Bestellnummer werden dann nicht abgerechnet.
customer-evidence-text = Eine Rechnung stützt sich auf das, was an ihrem Tag bekannt war; Auskünfte bleiben erhalten.
customer-vat-id-hint = Mit dem Länderkürzel, etwa DE123456788.
customer-vies-kept = Vorliegende VIES-Auskünfte
customer-vies-kept-hint = Nehmen Sie nur heraus, was irrtümlich erfasst wurde.
customer-vies-no-answer = Es liegt keine Auskunft vor.
customer-vies-was-valid = { $id } war gültig am { $day } ({ $number })
customer-vies-was-invalid = { $id } war ungültig am { $day } ({ $number })
customer-vies-new = Neue VIES-Auskunft
customer-vies-new-hint = Was VIES auf Ihre Anfrage sagte.
customer-vies-none = keine neue Auskunft
customer-vies-id = Bei VIES angefragte USt-IdNr.
customer-vies-id-hint = Leer für die USt-IdNr. oben.
customer-vies-day = Tag der Auskunft
customer-vies-number = Abfragenummer
customer-exemption-text = Bescheinigung oder Bestellklausel zu Artikel 151 der Mehrwertsteuerrichtlinie.
customer-business-text = Für Kunden außerhalb der EU, etwa W-9 oder Registerauszug.
customer-proof-title = Was es ist
customer-proof-from = Gilt ab
customer-proof-until = Gilt bis
customer-proof-hash = SHA-256 der Datei
customer-proof-hash-hint = 64 Zeichen, damit niemand die Datei austauschen kann.
customer-validity = Gültigkeit
customer-valid-from = Gilt ab
customer-valid-from-hint = Frühere Dokumente behalten den früheren Stand. Leer: von Anfang an.
customer-new = Kunden erfassen
customer-new-title = Neuer Kunde
customer-new-text = Was fehlt, können Sie später ergänzen; bis dahin werden seine Verträge nicht abgerechnet.
customer-new-save = Kunden anlegen
customer-edit = Kunden ändern
customer-edit-title = Kunde { $number } ändern
customer-edit-correct = Berichtigen
customer-edit-look = Änderung ansehen
customer-edit-cancel = Abbrechen
customer-edit-save = Speichern ab { $day }
customer-edit-save-always = Von Anfang an speichern
customer-edit-until = Ab { $day } ist schon ein anderer Stand erfasst, der weiter gilt.
customer-fact = Angabe
customer-look-title = Was sich ändert
customer-look-new = Neuen Kunden prüfen
customer-look-text = Ab { $day }. Noch ist nichts gespeichert.
customer-look-always = Es gilt von Anfang an. Noch ist nichts gespeichert.
customer-look-facts = Angaben
customer-look-entered = Was eingetragen wird
customer-look-before = Vorher
customer-look-after = Nachher
customer-look-same = Keine Angabe ändert sich.
customer-look-edit = Weiter bearbeiten
customer-effect-day = Abrechnung am { $day }
customer-effect-none = Nichts hindert die Abrechnung der Verträge mit diesem Kunden, weder vorher noch nachher.
customer-effect-unblocks = Steht der Abrechnung nicht mehr im Weg
customer-effect-blocks = Steht der Abrechnung neu im Weg
customer-effect-still = Steht der Abrechnung weiter im Weg
customer-stale-title = Inzwischen hat jemand anderes dies geändert
customer-stale-text = Es wurde nichts gespeichert. Ihre Eingaben stehen noch unten; senden Sie sie erneut, treten sie an die Stelle des erfassten Stands.
customer-stale-before = Als Sie begannen
customer-stale-now = Jetzt erfasst
customer-stale-yours = Ihre Eingabe
customer-error-choice = Wählen Sie einen Eintrag der Liste.
customer-error-day = Geben Sie ein Datum an, etwa 2026-05-31.
customer-error-answer = Wählen Sie, was VIES sagte, oder leeren Sie die Felder der neuen Auskunft.
customer-error-number = Geben Sie eine Nummer von 10000 bis 69999 an.
customer-error-taken = Diese Nummer ist vergeben. Nehmen Sie eine andere.
customer-error-currency = Ein Kunde behält seine Währung.
customer-error-text = Geben Sie 1 bis 300 Zeichen in einer Zeile an.
customer-error-identifier = Geben Sie eine Kennung von 1 bis 64 Zeichen ohne Leerzeichen am Rand an.
customer-error-country = Wählen Sie das Land.
customer-error-period = Der letzte Tag liegt vor dem ersten.
customer-error-year = Geben Sie ein Jahr von 1990 bis 2200 an.
customer-error-hash = Geben Sie die 64 Zeichen der SHA-256 an oder lassen Sie das Feld leer.
customer-error-leitweg = Eine Leitweg-ID hat zwei oder drei Teile mit Bindestrich dazwischen. Vergleichen Sie sie mit dem Schreiben des Kunden.
customer-error-leitweg-digits = Die Prüfziffern passen nicht: Zum Rest der ID gehört { $digits }. Vergleichen Sie sie mit dem Schreiben des Kunden.
customer-error-siret = Eine SIRET hat 14 Ziffern.
customer-error-siret-digit = Eine Ziffer ist falsch: Die Prüfziffer passt nicht.
customer-error-endpoint = Geben Sie die Adresse ohne Leerzeichen an.
customer-error-scheme = Peppol kennt dieses Schema nicht. Sehen Sie bei der Adresse des Kunden nach.
customer-error-endpoint-value = Die Adresse passt nicht zum Schema { $scheme }.
customer-error-vat-prefix = Die USt-IdNr. beginnt mit keinem Land der EU. Lassen Sie sie für Kunden anderswo leer.
customer-error-vat-shape = USt-IdNrn. von { $prefix } sehen anders aus. Vergleichen Sie sie mit dem Schreiben des Kunden.
customer-error-vat-digits = Eine Ziffer ist falsch: Die Prüfziffern passen nicht.
customer-error-iban = Eine Ziffer ist falsch: Die Prüfzahl der IBAN passt nicht. Vergleichen Sie sie mit dem Schreiben der Bank.
customer-error-bic = Ein BIC hat 8 oder 11 Zeichen.
