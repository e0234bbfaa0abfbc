## Use in the period that runs.
running-title = Usage: { $item }
running-sub = Contract { $number } with { $customer } · { $meter }
running-now = The period that runs
running-item = Item
running-period = The period that runs: { $period }
running-used = Used so far
running-included = Included
running-above = Above it so far
running-projected = Projected by the end
running-costs = Cost by the end
running-share = Measured
running-measured = { $share } of the period is measured; as of { $moment }
running-amount = { $amount } net
running-not-projected = too early to say
running-committed = Agreed at least
running-committed-text = owed whatever is used
running-allowance = Share of what is included
running-of = of { $quantity }
running-early = It is too early to project the end: less than a tenth of the period is measured.
running-before-open = The period before is not closed yet, so it is not known how much of its allowance is left over.
running-by-hand-title = Entered by hand
running-by-hand-text = No machine measures this. Enter the reading when the period is over; it is billed with the next run.
running-nothing-title = Nothing measured in this period yet
running-nothing-text = Let the instance or its collector push to this server. What it sends shows here within the hour; the sources below say when each was last heard of.
running-over = The item does not run today. Its closed periods stand below.
running-why = How it came to be
running-why-so-far = The amount so far
running-why-end = The amount by the end
running-findings = { $count ->
    [one] One record was left out of the measurement: it contradicts an earlier one, or has another unit.
   *[other] { $count } records were left out of the measurement: they contradict earlier ones, or have another unit.
}
running-course = The period day by day
running-by-day = By day
running-by-month = By month
running-total = Altogether
running-before = The last 13 months
running-no-reading = No period of this instance is closed yet, and nothing is measured.
running-state = Running
running-as-of = as of { $moment }
running-closed = Closed, revision { $revision }
running-estimated = Estimated, revision { $revision }
running-corrected = Corrected, revision { $revision }
running-sources = Who measures
running-source = Source
running-kind = How
running-received = Last heard of
running-told = Newest value
running-never = never
running-no-source = No source has reported on these instances. Set up a push from the instance or its collector, or enter readings by hand.

## Thresholds of an allowance or budget.
alert-title = Thresholds that were reached
alert-group = Allowances that are being used up
alert-open = See the use
alert-of-allowance = { $share } of what is included
alert-of-budget = { $share } of the budget
alert-allowance = { $share } of what is included for { $period }: { $used } of { $bound }
alert-budget = { $share } of the budget for { $period }: { $used } of { $bound }
source-adjustment = Price adjustment
source-tax-evidence = Tax evidence
source-evidence = Request
more-requests = { $count } more requests

## Webhooks.
webhook-title = Webhook
webhook-open = Webhook
webhook-sub = Customer { $number }: where its programs are told
webhook-none = Not set up
webhook-on = On
webhook-off = Off
webhook-gone = Receiver gone
webhook-text = When the use of a period reaches a threshold, this address gets a POST with JSON, signed by Standard Webhooks. It is tried again for about two days until it is answered with success.
webhook-address = Address
webhook-address-hint = Begins with https://
webhook-error-address = This is no address that a webhook can go to. Give one that begins with https://, without user and password.
webhook-save = Save address
webhook-renew = Make a new secret
webhook-stop = Switch webhook off
webhook-fresh = The secret
webhook-fresh-text = It is shown this once. Give it to the customer over a safe way; whoever has it can sign as we do.
audit-webhook-set = Webhook set
audit-webhook-secret = New secret of a webhook
audit-webhook-off = Webhook switched off
audit-webhook-gone = Receiver of a webhook is gone
