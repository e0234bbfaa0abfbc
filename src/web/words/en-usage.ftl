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
running-why-projected = How the projection for { $instance } came to be
running-why-so-far = How the amount so far came to be
running-why-end = How the amount by the end came to be
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
running-closed = Closed
running-estimated = Estimated
running-corrected = Corrected
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

## How a period that runs comes to its amount, step by step.
reason-amount = Amount for { $period }, net
reason-read = Measured at { $instance }
reason-foreseen = Projection for { $instance }
reason-share = { $share } of the period is measured
reason-steps = Counted in started steps of
reason-bound = An estimate that may be off by { $percent } counts as the bound that it barely exceeds
reason-part = Share of the full allowance of { $quantity }
reason-rolled-over = Left over from { $period }
reason-tier = Tier { $tier }: { $quantity } × { $price }
reason-price = { $quantity } × { $price }
reason-lump-sum = Flat price of { $price }
reason-most = Taken off, because the agreed maximum is reached
reason-projected = Projected by the end of { $period }
reason-measured = Measured share of the period
reason-to-come = Share still to come
reason-grows = Grows with the measured time: so far × (1 + still to come ÷ measured)
reason-holds = A level that stays as measured so far
reason-only-rises = Can only rise: at least what is reached so far
reason-only-falls = Can only fall: at most what is reached so far
reason-exact = Exact figures
source-pushes = sends measurements
source-events = sends events
source-asked = is asked
source-file = file or entry
source-other = in another way
