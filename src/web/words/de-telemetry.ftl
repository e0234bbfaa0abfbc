# Quellen der Messdaten, was beiseitegelegt wurde und was abgerufen wird.
sources-telemetry = Messquellen
sources-waiting = { $count ->
    [0] { $sources } Quellen; nichts wartet auf eine Entscheidung
    [one] { $sources } Quellen; eine Sache wartet auf eine Entscheidung
   *[other] { $sources } Quellen; { $count } Sachen warten auf eine Entscheidung
}
sources-empty-title = Noch keine Quelle
sources-empty-text = Eine Quelle schickt Messwerte einer Instanz. Jede bekommt einen eigenen Zugang.
source-source = Quelle
source-heard = Zuletzt gehört
source-requests = Meldungen
source-repeated = Davon wiederholt
source-samples = Einzelwerte
source-event-count = Ereignisse
source-refused = Abgelehnt
source-conflicts = Widersprüche
source-aside = Beiseitegelegt
source-aside-text = Es steht in den Nachweisen, und kein Messwert nimmt es auf. Was offen ist, wartet auf eine Entscheidung.
source-collects = { $count ->
    [one] sammelt eine Instanz
   *[other] sammelt { $count } Instanzen
}
source-way = Weg
source-way-pushed = sendet selbst
source-way-manual = von Hand erfasst
source-way-replay = später übernommen
source-way-read = von diesem Server gelesen
source-state-good = Sendet
source-state-silent = Noch nichts gehört
source-state-no-credential = Kein gültiger Zugang
source-state-ends = { $count ->
    [0] Zugang endet heute
    [one] Zugang endet in einem Tag
   *[other] Zugang endet in { $count } Tagen
}
source-state-decide = { $count ->
    [one] Eine Entscheidung offen
   *[other] { $count } Entscheidungen offen
}
source-facts = Was sie ist
source-since = Bekannt seit
source-instances = Instanzen
source-keys = Zugänge
source-key = Zugang
source-made = Erstellt
source-ends = Endet
source-ends-hint = Der letzte Tag, an dem der neue Zugang gilt.
source-fresh = Zugang jetzt kopieren
source-fresh-text = Er wird nur dieses eine Mal gezeigt. Tragen Sie ihn im Sammler als Bearer-Token ein oder als Passwort für Basic.
source-exchange = Zugang austauschen
source-exchange-text = Ein neuer Zugang für dieselben Türen. Die bisherigen gelten noch eine Weile, damit beim Umstellen des Sammlers nichts verloren geht.
source-exchange-send = Neuen Zugang erstellen
source-overlap = Bisherige gelten noch
source-overlap-hint = Lange genug, um den Sammler umzustellen.
source-overlap-none = gar nicht
source-overlap-hours = { $count ->
    [one] eine Stunde
   *[other] { $count } Stunden
}
source-retractions = Warten auf ihr Ereignis
source-retractions-text = { $count ->
    [one] Ein Ereignis nimmt ein anderes zurück, das noch nicht gekommen ist. Sobald es kommt, ist es zurückgenommen; kommt es nie, suchen Sie eine falsche Kennung und heben Sie dieses auf.
   *[other] { $count } Ereignisse nehmen andere zurück, die noch nicht gekommen sind; zuerst stehen die, die am längsten warten. Sobald eines kommt, ist es zurückgenommen; kommt es nie, suchen Sie eine falsche Kennung und heben Sie auf, was darauf wartet.
}
source-retraction-event = Ereignis
source-retraction-does = Was es tut
source-retraction-came = Empfangen
source-retraction-voids = hebt { $id } auf
source-retraction-replaces = ersetzt { $id }
source-by-reason = Abgelehnt und beiseitegelegt, nach Grund
source-nothing-refused = Nichts wurde abgelehnt und nichts beiseitegelegt.
source-new = Quelle hinzufügen
source-new-text = Der Zugang wird einmal gezeigt, sobald die Quelle erstellt ist.
source-make = Quelle erstellen
source-back = Zurück zu den Quellen
source-name-hint = 1 bis 64 der Zeichen a–z, 0–9, Punkt, Bindestrich, Unterstrich.
source-instances-hint = Eine je Zeile, etwa social.example.org. Mit einer Zeile spricht die Quelle für diese Instanz allein; mit mehreren ist sie ein Sammler, der zu jedem Einzelwert die Instanz nennt.
source-doors = Türen
source-doors-hint = Was der Zugang öffnet.
source-life-hint = Der letzte Tag, an dem der Zugang gilt; { $days } Tage, wenn Sie keinen anderen wählen.
door-metrics = Metriken von OpenTelemetry
door-write = Prometheus Remote Write
door-events = Ereignisse (CloudEvents)
door-upload = Hochladen von CSV und JSON
source-error-exists = Eine Quelle dieses Namens gibt es schon. Wählen Sie einen anderen.
source-error-malformed = Ein Name hat 1 bis 64 der Zeichen a–z, 0–9, Punkt, Bindestrich, Unterstrich; eine Instanz 1 bis 253 ohne Leerzeichen.
source-error-instances = Nennen Sie mindestens eine Instanz.
source-error-door = Wählen Sie mindestens eine Tür.
source-error-life = Wählen Sie einen Tag nach heute, höchstens zwei Jahre voraus.
done-exchanged-before = Der Zugang war einen Moment vorher ausgetauscht worden. Haben Sie ihn nicht kopiert, tauschen Sie ihn noch einmal aus.
done-source-before = Die Quelle war mit diesem Formular einen Moment vorher angelegt worden. Haben Sie ihren Zugang nicht kopiert, tauschen Sie ihn hier aus.
done-aside-dismissed = Es bleibt aus den Messwerten heraus.
done-aside-replayed = Es ist übernommen; die Messwerte seiner Stunden folgen.
aside-state-open = Zu entscheiden
aside-state-dismissed = Bleibt draußen
aside-state-replayed = Übernommen
aside-more = Weitere aus diesem Grund
aside-nameless = Ohne Namen
aside-what = Was
aside-reason = Grund
aside-things = Sachen
aside-times = Wie oft
aside-first = Zuerst
aside-last = Zuletzt
aside-code = Kennung
aside-evidence = Neueste Meldung
aside-facts = Was kam
aside-decided-at = Entschieden
aside-note = Begründung
aside-note-hint = Für alle, die später nachsehen: 3 bis 500 Zeichen.
aside-error-note = Begründen Sie es in 3 bis 500 Zeichen.
aside-replay = Übernehmen
aside-replay-hint = Die Nachweise werden mit den heutigen Zählern, Instanzen und der jetzigen Uhrzeit noch einmal gelesen. Würde etwas wieder ausgelassen, ändert sich nichts.
aside-replay-send = Nachweise noch einmal lesen
aside-replay-text = Es steht in den Nachweisen und in keinem Messwert. Es wird übernommen, sobald die Ursache behoben ist, oder bleibt für immer draußen.
aside-still-refused = Es würde wieder ausgelassen, deshalb hat sich nichts geändert. Beheben Sie zuerst, was der Grund nennt, oder lassen Sie es draußen.
aside-dismiss = Draußen lassen
aside-dismiss-send = Für immer draußen lassen
aside-keep = Beim Gezählten bleiben
aside-keep-send = Beim Gezählten bleiben
aside-conflict-text = Zu derselben Sache kamen zwei Werte, und der erste zählt. Stimmt der andere, senden Sie ein Ereignis, das das erste ersetzt, oder erfassen Sie den Unterschied von Hand mit dem, was ihn belegt: Nachweise ändern sich nie.
aside-retraction-text = Ein Ereignis nimmt ein anderes zurück, und ihm kann nicht gefolgt werden: Daneben steht eine weitere Ersetzung, oder beide führen im Kreis. Zum Entscheiden senden Sie ein Ereignis, das das falsche aufhebt.
aside-number-text = Kein Messwert kann es zählen, denn ihm fehlt die Zahl. Ein früheres Ereignis, das es ersetzen sollte, zählt weiter. Senden Sie ein weiteres Ereignis mit der Zahl; Nachweise ändern sich nie.
aside-conflict = Ein anderer Wert kam zu etwas schon Empfangenem
aside-retraction = Nimmt ein anderes Ereignis auf unklare Weise zurück
aside-foreign = Eine Instanz, für die die Quelle nicht spricht
aside-unknown = Kein Zähler nimmt es
aside-unit = Eine andere Einheit als die des Zählers
aside-kind = Eine andere Art als die des Zählers: ein Stand statt eines Zuwachses oder umgekehrt
aside-ahead = Zeitstempel liegt vor der Ankunft in der Zukunft
aside-behind = Älter als zwei Jahre
aside-time = Keine Zeitangabe
aside-not-finite = Keine Zahl
aside-inexact = Zu groß, um genau zu sein
aside-out-of-range = Mehr Stellen, als gehalten werden können
aside-value-missing = Ohne Wert
aside-negative = Ein Zähler unter null
aside-instance-missing = Nennt keine Instanz
aside-name-missing = Ohne Namen
aside-label = Ein Merkmal ist zu lang, doppelt oder fehlerhaft
aside-temporality = Sagt weder Gesamtstand noch Zuwachs
aside-unsupported = Eine Verteilung, die nicht abgerechnet werden kann
aside-event = Einem Ereignis fehlt Nötiges
targets-title = Was abgerufen wird
targets-failing = { $count ->
    [0] { $targets } Ziele; keines schlägt fehl
    [one] { $targets } Ziele; eines schlägt fehl
   *[other] { $targets } Ziele; { $count } schlagen fehl
}
targets-empty-title = Es wird nichts abgerufen
targets-empty-text = Ein Ziel ist, wonach dieser Server eine Instanz nach Plan fragt. Legen Sie eines mit „herdbook telemetry target put“ oder in der Konfiguration an.
targets-target = Ziel
targets-schedule = Plan
targets-success = Letzte Antwort
targets-error = Letzter Fehlschlag
targets-covered = Tage bis { $day }
targets-again = wieder am { $moment }
targets-state-good = Antwortet
targets-state-new = Noch nicht gefragt
targets-state-failing = { $count ->
    [one] Einmal fehlgeschlagen
   *[other] { $count }-mal fehlgeschlagen
}
target-exporter = Exporter
target-measures = Personen und Moderationsmeldungen nach Tagen
target-space = Speicher nach Angabe von Mastodon
target-nodeinfo = Nodeinfo
target-instance = Was die Instanz über sich sagt
target-reports = Moderationsmeldungen
pull-address = Seine Adresse darf nicht gefragt werden
pull-redirect = Es führt zu einem anderen Server
pull-unreachable = Es ist nicht erreichbar
pull-timeout = Es hat nicht rechtzeitig geantwortet
pull-too-large = Seine Antwort ist zu groß
pull-denied = Es lehnt den Zugang ab
pull-busy = Es bittet, später zu kommen
pull-status = Es hat mit einem Fehler geantwortet
