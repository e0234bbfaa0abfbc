# Billing runs.
runs-title = Billing runs
runs-text = One person prepares, another approves, then it is issued.
runs-empty-title = No run yet
runs-empty-text = A run shows what is due by a day before it is issued.
runs-closed = The books are closed up to { $day }: no document is dated earlier.
run-of = Run of { $day }
run-documents = { $count ->
    [0] No document
    [one] One document
   *[other] { $count } documents
}
run-state-prepared = Waits for approval
run-state-approved = Approved
run-state-issuing = Being issued
run-state-issued = Issued
run-state-withdrawn = Withdrawn
run-state-changed = Has changed
run-changed-text = Facts have changed since it was prepared. Nothing was issued: please prepare it anew.
run-outcome = What came of it: { $issued ->
    [0] no document issued
    [one] one document issued
   *[other] { $issued } documents issued
}, { $blocked ->
    [0] no contract blocked
    [one] one contract blocked
   *[other] { $blocked } contracts blocked
}, { $pending ->
    [0] no file pending
    [one] one file pending
   *[other] { $pending } files pending
}.
run-progress = { $done } of { $total }
run-steps = Steps of the run
run-next = What happens next
run-then-approve = Approving issues nothing yet: the numbers are taken in the step after it.
run-then-withdraw = Withdrawing gives the run up; another can be prepared at any time.
run-then-numbers = { $count ->
    [0] No document is issued.
    [one] One document gets its number, and its files are made.
   *[other] { $count } documents get their numbers, and their files are made.
}
run-then-ledger = The ledger is written in the same step.
run-then-kept = Afterwards only a credit note can change them.
run-own = You prepared this: somebody else approves it.
run-approve = Approve the run
run-issue = Issue the invoices
run-withdraw = Withdraw the run
run-facts = About this run
run-prepared = Prepared
run-approved = Approved
run-issued = Issued
run-period = Billing date { $day }: what is due by then is billed, whenever its service ends.
run-period-until = Billing date { $day }, service until { $until }: what is due by then is billed; service that begins later waits for the next run.
run-change = Against the last run
run-change-net = Net sums, held against the run of { $day }. Credit notes count below zero.
run-change-none = No earlier run issued anything.
run-before = Last run
run-now = This run
run-difference = Difference
run-change-documents = { $now }, before { $before }
run-service-until = Service until
run-digest = Hash of the content
run-blocked = Not billed
run-lines = What is issued
run-nothing = Nothing is due that is not billed.
run-sum = Sum
prepare-title = Prepare a run
prepare-send = Compute the preview
field-as-of = Billing date
field-as-of-hint = Everything due by then.
field-service-hint = Service that begins later is left for the next run.
error-day = Please give a day.
error-future = The day is in the future: its run would close the books up to then.
column-run = Run
column-prepared = Prepared
column-contract = Contract
column-reason = Reason
column-kind = Kind
column-net = Net
column-tax = Tax
nav-runs = Billing
