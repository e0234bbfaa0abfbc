# Audit trail, jobs and settings.
audit-title = Prüfprotokoll
audit-text = Wer wann was getan hat. Nichts davon lässt sich ändern.
audit-sealed = { $links ->
    [one] Versiegelt bis { $moment }, ein Glied
   *[other] Versiegelt bis { $moment }, { $links } Glieder
}
audit-waiting = { $count ->
    [one] Ein Eintrag wartet seit { $seconds } s auf sein Siegel; versiegelt bis { $moment }
   *[other] { $count } Einträge warten seit { $seconds } s auf ihr Siegel; versiegelt bis { $moment }
}
audit-late = { $count ->
    [one] Ein Eintrag wartet seit { $seconds } s auf sein Siegel: Sehen Sie nach den Aufträgen
   *[other] { $count } Einträge warten seit { $seconds } s auf ihr Siegel: Sehen Sie nach den Aufträgen
}
audit-unsealed = Noch ist nichts versiegelt
audit-head = Kopf der Kette, zum Vergleich mit einer Abschrift an anderem Ort: 
audit-filter = Protokoll filtern
audit-who = Wer
audit-what = Was
audit-about = Betrifft
audit-when = Wann
audit-from = Von
audit-until = Bis
audit-clear = Ganzes Protokoll zeigen
audit-empty-title = Noch kein Eintrag
audit-empty-text = Jede Änderung hinterlässt hier einen Eintrag.
audit-shown = { $count ->
    [one] Ein Eintrag auf dieser Seite
   *[other] { $count } Einträge auf dieser Seite
}
audit-programs = Programme mit Token
audit-command-line = Kommandozeile
audit-by-token = Token { $token } für { $owner }
audit-kind-customer = Kunden
audit-kind-contract = Verträge
audit-kind-run = Abrechnungsläufe
audit-kind-invoice = Rechnungen
audit-kind-account = Zugänge
audit-kind-session = Sitzungen
audit-kind-token = API-Tokens
audit-kind-source = Messquellen
audit-kind-seller = Verkäufer
audit-kind-job = Aufträge
audit-kind-book = Importe
audit-account-created = Zugang angelegt
audit-account-changed = Zugang geändert
audit-account-invited = Neuer Link für einen Zugang
audit-account-link = Anmeldelink verschickt
audit-account-password = Passwort gewählt
audit-account-activated = Zweiter Faktor eingerichtet
audit-session-opened = Angemeldet
audit-session-ended = Sitzung beendet
audit-run-prepared = Lauf vorbereitet
audit-run-approved = Lauf freigegeben
audit-run-issuing = Ausstellung begonnen
audit-run-issued = Lauf ausgestellt
audit-run-withdrawn = Lauf zurückgezogen
audit-invoice-frozen = Rechnung festgeschrieben
audit-invoice-issued = Rechnung ausgestellt
audit-documents-archived = Dokumente archiviert
audit-token-issued = API-Token erstellt
audit-token-revoked = API-Token widerrufen
audit-source-created = Telemetriequelle angelegt
audit-source-rotated = Zugang einer Telemetriequelle erneuert
audit-source-revoked = Zugang einer Telemetriequelle widerrufen
audit-quarantine-dismissed = Zurückgehaltene Telemetrie verworfen
audit-quarantine-replayed = Zurückgehaltene Telemetrie übernommen
audit-evidence-deleted = Belege nach Ablauf der Aufbewahrung gelöscht
audit-book-imported = Buch importiert
audit-customer-created = Kunde erfasst
audit-customer-changed = Kunde geändert
audit-seller-proposed = Bankverbindung vorgeschlagen
audit-seller-changed = Verkäufer geändert
audit-seller-refused = Bankverbindung abgelehnt
audit-hook-registered = Webhook einer Instanz angemeldet
audit-hook-rotated = Geheimnis eines Webhooks gewechselt
audit-hook-settled = Älteres Geheimnis eines Webhooks abgelegt
audit-hook-closed = Webhook einer Instanz geschlossen
audit-target-put = Abrufziel eingetragen oder geändert
audit-target-token = Zugang eines Abrufziels ersetzt
audit-target-removed = Abrufziel entfernt
audit-job-retried = Auftrag erneut versucht
audit-changes = Was sich änderte
audit-content = Wie aufgezeichnet
audit-same = Mehr als sein Name steht nicht darin.
audit-erased = Der Inhalt wurde nach einem Löschprotokoll entfernt; Eintrag und Siegel bleiben.
audit-value = Wert
audit-record = Zu diesem Eintrag
audit-code = Kürzel
audit-number = Nummer
audit-seal = Versiegelt
audit-seal-waits = wartet auf sein Siegel
audit-link = Glied
audit-hash = Prüfsumme des Glieds
audit-trail-of = Alles hierzu
audit-own = Prüfprotokoll hierzu
jobs-title = Aufträge
jobs-calm = { $open ->
    [0] Kein Auftrag wartet.
    [one] Ein Auftrag wartet oder läuft.
   *[other] { $open } Aufträge warten oder laufen.
}
jobs-failed = { $failed ->
    [one] Ein Auftrag ist endgültig gescheitert und wartet auf Sie.
   *[other] { $failed } Aufträge sind endgültig gescheitert und warten auf Sie.
}
jobs-filter = Aufträge filtern
jobs-clear = Alle Aufträge zeigen
jobs-empty-title = Noch kein Auftrag
jobs-empty-text = Der erste entsteht, wenn ein freigegebener Lauf ausgestellt wird.
jobs-shown = { $count ->
    [one] Ein Auftrag auf dieser Seite
   *[other] { $count } Aufträge auf dieser Seite
}
jobs-state-failed = Gescheitert
jobs-state-failing = Scheitert
jobs-state-leased = Läuft
jobs-state-done = Erledigt
jobs-state-queued = Wartet
jobs-attempts = { $count ->
    [0] kein Versuch
    [one] ein Versuch
   *[other] { $count } Versuche
}
jobs-lease = Vergeben bis { $moment }
jobs-due = Nächster Versuch { $moment }
jobs-issue-run = Freigegebenen Lauf ausstellen
jobs-mail-invitation = Einladung senden
jobs-mail-sign-in = Anmeldelink senden
jobs-mail-invoice = Rechnung ankündigen
jobs-mail = E-Mail senden
jobs-webhook = Webhook senden
jobs-pull = Angaben einer Instanz abrufen
jobs-job = Auftrag
jobs-when = Wann
jobs-error = Letzter Fehler
jobs-cause-mail-not-now = Der Mailserver nimmt zurzeit keine Mail an.
jobs-cause-mail-refused = Der Mailserver weist diese Mail ab.
jobs-common = { $count ->
    [one] Ein Auftrag dieser Seite scheitert aus demselben Grund: { $cause }
   *[other] { $count } Aufträge dieser Seite scheitern aus demselben Grund: { $cause }
}
jobs-retry = Jetzt erneut versuchen
jobs-outbox = Ereignisse für andere Systeme
jobs-outbox-text = Was andere erfahren sollen: die neuesten Ereignisse, und wer sie übernommen hat.
jobs-event = Ereignis
jobs-taken = Übernommen von
jobs-untaken = noch niemandem
tokens-title = API-Tokens
tokens-text = Womit Programme sich anmelden. Ein Token handelt für seinen Inhaber und kann nicht mehr als dieser.
tokens-fresh = Neues Token
tokens-fresh-text = Übertragen Sie es jetzt in das Programm: Es wird nur dieses eine Mal gezeigt.
tokens-empty-title = Noch kein Token
tokens-empty-text = Ein Programm, das das Buch liest oder ändert, braucht eines.
tokens-scopes = Rechte
tokens-scopes-hint = Nicht mehr, als das Programm braucht.
tokens-no-scope = Ihr Zugang hat kein Recht, das ein Token tragen kann.
tokens-used = Zuletzt benutzt
tokens-unused = nie
tokens-expires = Läuft ab
tokens-expires-hint = Am Ende dieses Tages; höchstens { $days } Tage voraus.
tokens-revoke = Widerrufen
tokens-revoked = Widerrufen { $moment }
tokens-live = Gültig
tokens-expired = Abgelaufen
tokens-new = Token erstellen
tokens-new-text = Es handelt für Sie und endet mit Ihrem Zugang oder seinem Tag.
tokens-name-hint = Wofür es ist, etwa: Monatsbericht.
tokens-make = Token erstellen
tokens-error-scope = Wählen Sie mindestens ein Recht.
tokens-error-life = Wählen Sie einen Tag ab heute, höchstens ein Jahr voraus.
scope-customers-read = Kunden sehen
scope-customers-edit = Kunden ändern
scope-contracts-read = Verträge sehen
scope-usage-read = Nutzung sehen
scope-usage-enter = Nutzung von Hand eintragen
scope-sources-read = Messquellen sehen
scope-sources-manage = Messquellen verwalten
scope-runs-read = Läufe sehen
scope-runs-preview = Läufe vorbereiten
scope-runs-issue = freigegebene Läufe ausstellen
scope-invoices-read = Rechnungen sehen
scope-invoices-cancel = Rechnungen aufheben
scope-refunds = Rückzahlungen beantragen
scope-documents = Dokumente herunterladen
scope-ledger = Buchungen sehen
scope-audit = Prüfprotokoll sehen
scope-jobs-read = Aufträge sehen
scope-jobs-retry = Aufträge erneut versuchen
scope-settings-read = Einstellungen sehen
scope-settings-edit = Einstellungen ändern
scope-users-read = Zugänge sehen
sellers-title = Verkäufer
sellers-text = Die Rechtsträger, die abrechnen, mit dem, was ihre Dokumente sagen.
sellers-empty-title = Noch kein Verkäufer
sellers-empty-text = Verkäufer kommen mit einem Buch: herdbook import BUCH.toml.
sellers-series = Nummernkreise
sellers-series-none = Noch wurde keine Nummer vergeben.
sellers-next = als Nächstes { $next }
sellers-about = Zu diesem Verkäufer
sellers-waits = Bankverbindung wartet auf Zustimmung
sellers-holds = Gilt
sellers-edit = Verkäufer ändern
sellers-tax = Steuer und Konten
sellers-bank = Bankverbindung
sellers-bank-text = Hierhin gehen alle Überweisungen. Eine Änderung braucht die Zustimmung einer zweiten Person.
sellers-register = Register, wie gedruckt
sellers-register-hint = Etwa: HRB 12345 B, Amtsgericht Charlottenburg.
sellers-register-number = Nummer im Register
sellers-directors = Geschäftsführung
sellers-directors-hint = Je Zeile eine Person, wie auf Dokumenten genannt.
sellers-website = Website
sellers-regime = Besteuerung
sellers-regime-standard = Regelbesteuerung
sellers-regime-small = Kleinunternehmen, § 19 UStG
sellers-tax-number = Steuernummer
sellers-oss = Meldet Steuer von Verbrauchern in der EU über den One-Stop-Shop
sellers-oss-hint = Ohne ihn sind solche Rechnungen gesperrt.
sellers-chart = Kontenrahmen
sellers-holder = Kontoinhaber
sellers-holder-hint = Genau wie bei der Bank: Die Banken der Zahler gleichen den Namen ab.
sellers-iban = IBAN des Kontos
sellers-bic = BIC der Bank
sellers-bank-name = Name der Bank
sellers-valid-from-hint = Frühere Dokumente behalten den früheren Stand.
sellers-four-eyes = Das Bankkonto ändert sich: Es muss von einer anderen Administratorin oder einem anderen Administrator freigegeben werden, bevor es gilt.
sellers-propose = Zur Zustimmung vorlegen
sellers-waiting = Ein neues Bankkonto muss freigegeben werden, bevor es gilt
sellers-waiting-text = Vergleichen Sie sie mit dem Schreiben der Bank und fragen Sie auf anderem Weg als per Mail nach.
sellers-replaced = Nichts wurde entschieden: Inzwischen wartet ein anderer Vorschlag als der, den Sie gesehen haben. Prüfen Sie ihn neu.
sellers-take = Neue Bankverbindung annehmen
sellers-refuse = Ablehnen
sellers-own = Sie haben sie selbst vorgeschlagen: Jemand anderes muss zustimmen.
failed-denied = Ihr Zugang darf das nicht.
failed-denied-do = Bitten Sie die Verwaltung um eine passende Rolle.
failed-eyes = Wer dies vorbereitet hat, darf es nicht freigeben.
failed-eyes-do = Bitten Sie eine Kollegin oder einen Kollegen darum.
failed-token = Ein Programm darf nicht freigeben.
failed-token-do = Melden Sie sich an und geben Sie selbst frei.
failed-forged = Das Formular kam nicht von einer Seite dieses Servers.
failed-again = Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es noch einmal.
failed-session = Sie sind nicht angemeldet, oder die Sitzung ist beendet.
failed-session-do = Melden Sie sich erneut an.
failed-often = Das wurde in kurzer Zeit zu oft versucht.
failed-wait = Warten Sie einige Minuten.
failed-api-token = Das API-Token taugt dafür nicht.
failed-look = Gehen Sie zurück und sehen Sie nach, wie es jetzt steht.
failed-busy = Im selben Augenblick wurde das Gleiche geändert.
failed-long = Das Formular ist zu lang.
failed-shorten = Gehen Sie zurück und senden Sie weniger Text.
failed-stale = Dies wurde inzwischen geändert oder passt nicht zum erfassten Stand.
failed-run = Dieser Schritt passt nicht zum Stand des Laufs.
failed-run-do = Sehen Sie sich den Lauf an: Vielleicht hat ihn jemand fortgeführt.
failed-store = Datenbank oder Schlüssel des Servers antworten nicht, wie sie sollten.
failed-report = Sagen Sie der Betreuung des Servers Bescheid; das Kürzel unten sagt, wo zu suchen ist.
failed-document = Das Dokument ließ sich nicht erzeugen oder finden.
failed-facts = Angaben fehlen oder sind falsch, deshalb geht es nicht weiter.
failed-facts-do = Sehen Sie beim Kunden nach: Seine Seite sagt, was fehlt.
failed-gone = Das Gesuchte gibt es nicht.
failed-input = Die Eingabe lässt sich so nicht verwenden.
failed-check = Gehen Sie zurück und prüfen Sie Ihre Eingaben.
failed-ours = Bei uns ist etwas fehlgeschlagen. Das tut uns leid.
audit-chain = Stand der Kette
audit-account-renewed = Zugang der Vorführung erneuert
audit-account-connected = Mit dem Anmeldedienst verbunden
audit-account-disconnected = Verbindung mit dem Anmeldedienst gelöst
audit-passkey-added = Passkey hinzugefügt
audit-passkey-removed = Passkey entfernt
audit-passkey-copied = Passkey abgewiesen, von dem es eine Kopie geben könnte
audit-view-shared = Ansicht geteilt
audit-view-unshared = Geteilte Ansicht entfernt
audit-invoice-cancelling = Aufheben einer Rechnung begonnen
audit-invoice-cancelled = Rechnung aufgehoben
audit-payment-started = Kartenzahlung begonnen
audit-payment-received = Zahlung eingegangen
audit-payment-fee = Gebühr des Zahlungsdienstes gebucht
audit-refund-requested = Rückzahlung beantragt
audit-refund-approved = Rückzahlung freigegeben
audit-refund-withdrawn = Rückzahlung zurückgezogen
audit-refund-returned = Rückzahlung erfolgt
audit-refund-failed = Rückzahlung gescheitert
audit-kind-payment = Zahlungen
audit-kind-refund = Rückzahlungen
audit-kind-passkey = Passkeys
audit-of-customer = Kunde { $name }
audit-of-contract = Vertrag { $name }
audit-of-invoice = Rechnung { $name }
audit-of-run = Lauf { $name }
audit-of-account = Zugang von { $name }
audit-of-seller = Verkäufer { $name }
audit-of-token = API-Token { $name }
audit-of-job = Auftrag { $name }
audit-of-book = Buch { $name }
event-threshold-reached = Schwelle der Nutzung erreicht
event-taker-mail = Mailversand
audit-of-alert = Hinweis { $name }
audit-of-payment = Zahlung { $name }
done-token-before = Dieses Formular war einen Moment vorher schon angekommen und hat ein Token erstellt. Haben Sie es nicht kopiert, widerrufen Sie es hier und erstellen ein neues.
