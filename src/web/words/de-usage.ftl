## Nutzung im laufenden Zeitraum.
running-title = Nutzung: { $item }
running-sub = Vertrag { $number } mit { $customer } · { $meter }
running-now = Der laufende Zeitraum
running-item = Position
running-period = Der laufende Zeitraum: { $period }
running-used = Bisher genutzt
running-included = Enthalten
running-above = Bisher darüber
running-projected = Voraussichtlich am Ende
running-costs = Kosten am Ende
running-share = Gemessen
running-measured = { $share } des Zeitraums sind gemessen; Stand { $moment }
running-amount = { $amount } netto
running-not-projected = noch nicht absehbar
running-committed = Mindestens vereinbart
running-committed-text = geschuldet, gleich wie viel genutzt wird
running-allowance = Anteil am Enthaltenen
running-of = von { $quantity }
running-early = Das Ende ist noch nicht absehbar: Weniger als ein Zehntel des Zeitraums ist gemessen.
running-before-open = Der Zeitraum davor ist noch nicht abgeschlossen. Deshalb ist nicht bekannt, was von seinem Kontingent übrig ist.
running-by-hand-title = Wird von Hand eingetragen
running-by-hand-text = Keine Maschine misst diese Position. Tragen Sie den Wert ein, wenn der Zeitraum vorbei ist; er wird mit dem nächsten Lauf abgerechnet.
running-nothing-title = In diesem Zeitraum wurde noch nichts gemessen
running-nothing-text = Lassen Sie die Instanz oder ihren Sammler an diesen Server senden. Was ankommt, steht binnen einer Stunde hier; bei den Quellen unten steht, wann jede zuletzt gehört wurde.
running-over = Die Position läuft heute nicht. Unten stehen ihre abgeschlossenen Zeiträume.
running-why-projected = Wie die Voraussage für { $instance } zustande kommt
running-why-so-far = Wie der Betrag bisher zustande kommt
running-why-end = Wie der Betrag am Ende zustande kommt
running-findings = { $count ->
    [one] Ein Eintrag blieb aus der Messung heraus: Er widerspricht einem früheren oder hat eine andere Einheit.
   *[other] { $count } Einträge blieben aus der Messung heraus: Sie widersprechen früheren oder haben eine andere Einheit.
}
running-course = Der Zeitraum Tag für Tag
running-by-day = Nach Tagen
running-by-month = Nach Monaten
running-total = Insgesamt
running-before = Die letzten 13 Monate
running-no-reading = Von dieser Instanz ist noch kein Zeitraum abgeschlossen, und nichts ist gemessen.
running-state = Läuft
running-as-of = Stand { $moment }
running-closed = Abgeschlossen
running-estimated = Geschätzt
running-corrected = Berichtigt
running-sources = Wer misst
running-source = Quelle
running-kind = Wie
running-received = Zuletzt gehört
running-told = Neuester Wert
running-never = nie
running-no-source = Über diese Instanzen hat noch keine Quelle berichtet. Richten Sie ein, dass die Instanz oder ihr Sammler sendet, oder tragen Sie Werte von Hand ein.

## Schwellen eines Kontingents oder Budgets.
alert-title = Erreichte Schwellen
alert-group = Kontingente, die zur Neige gehen
alert-open = Nutzung ansehen
alert-of-allowance = { $share } des Enthaltenen
alert-of-budget = { $share } des Budgets
alert-allowance = { $share } des Enthaltenen für { $period }: { $used } von { $bound }
alert-budget = { $share } des Budgets für { $period }: { $used } von { $bound }

## Wie ein laufender Zeitraum zu seinem Betrag kommt, Schritt für Schritt.
reason-amount = Betrag für { $period }, netto
reason-read = Gemessen bei { $instance }
reason-foreseen = Voraussage für { $instance }
reason-share = { $share } des Zeitraums sind gemessen
reason-steps = Gerechnet in angefangenen Schritten von
reason-bound = Eine Schätzung, die um { $percent } danebenliegen kann, zählt als die Grenze, die sie knapp überschreitet
reason-part = Anteil am vollen Kontingent von { $quantity }
reason-rolled-over = Übrig aus { $period }
reason-tier = Stufe { $tier }: { $quantity } × { $price }
reason-price = { $quantity } × { $price }
reason-lump-sum = Pauschale von { $price }
reason-most = Abzug, weil der vereinbarte Höchstbetrag erreicht ist
reason-projected = Voraussichtlich am Ende von { $period }
reason-measured = Gemessener Anteil des Zeitraums
reason-to-come = Anteil, der noch kommt
reason-grows = Wächst mit der gemessenen Zeit: bisher × (1 + was noch kommt ÷ gemessen)
reason-holds = Ein Stand, der bleibt, wie er bisher gemessen ist
reason-only-rises = Kann nur steigen: mindestens, was bisher erreicht ist
reason-only-falls = Kann nur fallen: höchstens, was bisher erreicht ist
reason-exact = Genaue Werte
source-pushes = sendet Messwerte
source-events = sendet Meldungen
source-asked = wird abgefragt
source-file = Datei oder Eingabe
source-other = auf andere Weise
