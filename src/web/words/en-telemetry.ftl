# Sources of telemetry, what was kept aside, and what is fetched.
sources-telemetry = Sources of telemetry
sources-waiting = { $count ->
    [0] { $sources } sources; nothing waits for a decision
    [one] { $sources } sources; one thing waits for a decision
   *[other] { $sources } sources; { $count } things wait for a decision
}
sources-empty-title = No source yet
sources-empty-text = A source is whoever sends measurements of an instance. Each gets a credential of its own.
source-source = Source
source-heard = Last heard of
source-requests = Requests
source-repeated = Of these repeated
source-samples = Samples
source-event-count = Events
source-refused = Refused
source-conflicts = Contradictions
source-aside = Kept aside
source-aside-text = It stands in the evidence, and no reading takes it. What is open waits for a decision.
source-collects = { $count ->
    [one] collects one instance
   *[other] collects { $count } instances
}
source-way = How it comes in
source-way-pushed = sent by itself
source-way-manual = entered by hand
source-way-replay = taken in later
source-way-read = read by this server
source-state-good = Sends
source-state-silent = Not heard of yet
source-state-no-credential = No working credential
source-state-ends = { $count ->
    [0] Credential ends today
    [one] Credential ends in one day
   *[other] Credential ends in { $count } days
}
source-state-decide = { $count ->
    [one] One to decide
   *[other] { $count } to decide
}
source-facts = What it is
source-since = Known since
source-instances = Instances
source-keys = Credentials
source-key = Credential
source-made = Made
source-ends = Ends
source-ends-hint = The last day on which the new credential works.
source-fresh = Copy the credential now
source-fresh-text = It is shown this once. Put it into the collector as a bearer token, or as the password of Basic.
source-exchange = Exchange the credential
source-exchange-text = A new credential for the same doors. The ones before it work on for a while, so that nothing is lost while the collector is changed.
source-exchange-send = Make a new credential
source-overlap = The ones before work on
source-overlap-hint = Long enough to change the collector.
source-overlap-none = not at all
source-overlap-hours = { $count ->
    [one] for one hour
   *[other] for { $count } hours
}
source-retractions = Waiting for their event
source-retractions-text = { $count ->
    [one] One event takes back another one that has not come yet. It is taken back as soon as it comes; if it never will, look for a wrong id, and void this one.
   *[other] { $count } events take back others that have not come yet; those that wait longest come first. Each is taken back as soon as it comes; if one never will, look for a wrong id, and void what waits for it.
}
source-retraction-event = Event
source-retraction-does = What it does
source-retraction-came = Received
source-retraction-voids = voids { $id }
source-retraction-replaces = replaces { $id }
source-by-reason = Refused and kept aside, by reason
source-nothing-refused = Nothing was refused and nothing kept aside.
source-new = Add a source
source-new-text = Its credential is shown once, after the source is made.
source-make = Make the source
source-back = Back to the sources
source-name-hint = 1 to 64 of the signs a–z, 0–9, point, hyphen, underscore.
source-instances-hint = One a line, such as social.example.org. With one line the source speaks for that instance alone; with several it is a collector that names the instance of each sample.
source-doors = Doors
source-doors-hint = What its credential opens.
source-life-hint = The last day on which the credential works; { $days } days unless you choose another.
door-metrics = OpenTelemetry metrics
door-write = Prometheus remote write
door-events = events (CloudEvents)
door-upload = uploads of CSV and JSON
source-error-exists = There is a source of this name. Choose another name.
source-error-malformed = A name has 1 to 64 of the signs a–z, 0–9, point, hyphen, underscore; an instance 1 to 253 without blanks.
source-error-instances = Name at least one instance.
source-error-door = Choose at least one door.
source-error-life = Choose a day after today, at most two years ahead.
done-exchanged-before = The credential had been exchanged a moment before. If you did not copy it, exchange it again.
done-source-before = The source had been made by this form a moment before. If you did not copy its credential, exchange it here.
done-aside-dismissed = It stays out of the readings.
done-aside-replayed = It is taken in; the readings of its hours follow.
aside-state-open = To decide
aside-state-dismissed = Left out
aside-state-replayed = Taken in
aside-more = Further things of this reason
aside-nameless = Without a name
aside-what = What
aside-reason = Reason
aside-things = Things
aside-times = Times
aside-first = First
aside-last = Last
aside-code = Code
aside-evidence = Newest request
aside-facts = What came
aside-decided-at = Decided
aside-note = Reason for the decision
aside-note-hint = For whoever looks at it later: 3 to 500 characters.
aside-error-note = Say why, in 3 to 500 characters.
aside-replay = Take it in
aside-replay-hint = The evidence is read again with the meters, instances and the time of now. If something would be left out again, nothing changes.
aside-replay-send = Read the evidence again
aside-replay-text = It is in the evidence and in no reading. It is taken in once its cause is gone, or left out for good.
aside-still-refused = It would be left out again, so nothing was changed. Mend what the reason names first, or leave it out.
aside-dismiss = Leave it out
aside-dismiss-send = Leave it out for good
aside-keep = Keep what counts now
aside-keep-send = Keep what counts now
aside-conflict-text = Two values came for the same thing, and the first one counts. If the other one is right, send an event that replaces the first, or enter the difference by hand with its proof: evidence is never changed.
aside-retraction-text = An event takes another one back, and cannot be followed: beside it stands another replacement, or the two go round in a circle. To decide, send an event that voids the wrong one.
aside-number-text = No reading can count it, for it holds no number. An earlier event that it was to replace still counts. Send another event with the number in it; evidence is never changed.
aside-conflict = Another value came for what was received before
aside-retraction = Takes another event back in a way that cannot be followed
aside-foreign = An instance that the source does not speak for
aside-unknown = No meter takes it
aside-unit = Another unit than the meter’s
aside-kind = Another kind than the meter’s: a level in place of growth, or the other way
aside-ahead = Stamped ahead of its arrival
aside-behind = More than two years old
aside-time = Not a time
aside-not-finite = Not a number
aside-inexact = Too large to be exact
aside-out-of-range = More digits than can be kept
aside-value-missing = Without a value
aside-negative = A counter below zero
aside-instance-missing = Names no instance
aside-name-missing = Without a name
aside-label = A label that is too long, repeated or malformed
aside-temporality = Says neither total nor growth
aside-unsupported = A distribution, which cannot be billed
aside-event = An event that lacks what it needs
targets-title = What is fetched
targets-failing = { $count ->
    [0] { $targets } targets; none fails
    [one] { $targets } targets; one fails
   *[other] { $targets } targets; { $count } fail
}
targets-empty-title = Nothing is fetched
targets-empty-text = A target is what this server asks an instance for on a schedule. Enter one with “herdbook telemetry target put”, or in the configuration.
targets-target = Target
targets-schedule = Schedule
targets-success = Last answer
targets-error = Last failure
targets-covered = days up to { $day }
targets-again = again at { $moment }
targets-state-good = Answers
targets-state-new = Not asked yet
targets-state-failing = { $count ->
    [one] Failed once
   *[other] Failed { $count } times
}
target-exporter = Exporter
target-measures = People and reports by day
target-space = Space that Mastodon states
target-nodeinfo = Nodeinfo
target-instance = What the instance says of itself
target-reports = Reports to moderators
pull-address = Its address may not be asked
pull-redirect = It leads to another host
pull-unreachable = It cannot be reached
pull-timeout = It did not answer in time
pull-too-large = Its answer is too large
pull-denied = It refuses the token
pull-busy = It asks to come later
pull-status = It answered with an error
