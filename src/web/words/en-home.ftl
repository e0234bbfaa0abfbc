# The home page, the outlook, and cancelling invoices.
home-title = { $count ->
    [0] Nothing needs you today
    [1] One thing needs you today
    [2] Two things need you today
    [3] Three things need you today
    [4] Four things need you today
    [5] Five things need you today
    [6] Six things need you today
    [7] Seven things need you today
    [8] Eight things need you today
    [9] Nine things need you today
    [10] Ten things need you today
    [11] Eleven things need you today
    [12] Twelve things need you today
   *[other] { $count } things need you today
}
home-held-back = { $count ->
    [0] No contract is blocked
    [one] One contract is blocked
   *[other] { $count } contracts are blocked
}
home-due-contracts = { $count ->
    [one] One contract
   *[other] { $count } contracts
}
home-more = { $count ->
    [one] One more
   *[other] { $count } more
}
home-tries = { $count ->
    [one] One attempt
   *[other] { $count } attempts
}
days = { $count ->
    [one] 1 day
   *[other] { $count } days
}
nav-today = Today
nav-outlook = Outlook
done-cancelled = The invoice is cancelled: credit note { $by } is issued.
done-cancelled-before = The invoice had been cancelled before, by credit note { $by }.
done-run-prepared = The run is prepared. Somebody else approves it now.
done-run-approved = The run is approved.
done-run-issuing = The invoices are being issued.
done-run-withdrawn = The run is withdrawn.
cancel-open = Cancel…
cancel-crumb = Cancel
cancel-title = Cancel { $number }
cancel-sub = { $customer } · issued { $day } · { $gross } gross
cancel-consequences = What happens
cancel-issues = A credit note over { $gross } is issued with the date { $day }. It takes back every line of { $number }.
cancel-books = The ledger takes back revenue and VAT in the same step.
cancel-credits = Service credits of { $amount } that were taken off are open again. The next invoice takes them off.
cancel-again = The next run bills the same service anew: { $amount } gross, as contract and readings say it now. To bill something else, change the contract first.
cancel-again-nothing = The next run bills nothing for it again: by the contract nothing is owed any more.
cancel-again-unknown = The contract is blocked. Once the reason is mended, the next run bills what the contract then says.
cancel-kept = The invoice is kept with its number. Both documents point to each other; this cannot be undone.
cancel-why = Why
cancel-reason = Reason of the correction
cancel-reason-hint = It stands on the credit note and in the audit trail; at most { $limit } characters.
cancel-error-missing = The reason is missing. Say why the invoice is cancelled.
cancel-error-long = The reason has { $count } characters; { $limit } is the most.
cancel-send = Cancel and credit { $gross }
cancel-back = Keep the invoice
cancel-note = The credit note
cancel-gross = Amount credited, { $currency }
cancel-refused-credit-note = This is a credit note. Only an invoice can be cancelled; what was given back is billed by the next run when the contract asks for it.
cancel-refused-in-part = A later document has already given back a part of this invoice. Cancelled as a whole, that part would come back twice. Cancel the later invoice first, or change the contract.
fact-cancelled-by = Cancelled by
events = What happened
event-frozen = Computed and checked
event-issued = Issued, number taken
event-cancelled = Cancelled by a credit note
home-list = Work list
home-what = What
home-amount = Amount
home-when = When
home-action = Action
home-nothing-title = There is nothing to do for you
home-nothing-text = What is to be approved or issued, overdue or blocked stands here.
home-approve = To approve
home-review = Review
home-issue = To issue
home-open-run = Open the run
home-open-next = Open the run of { $day }
home-today = Today
home-since = since { $day }
home-due = Due to be billed
home-due-text = Fees since the last run, an estimate without VAT; use and corrections come on top.
home-prepare = Prepare a run
home-blocked = Blocked
home-blocked-state = Not billed
home-open-contract = Open the contract
home-overdue = Overdue
home-open-invoice = Open the invoice
home-refunds = Refunds to approve
home-held = To give back
home-pending = Files pending
home-pending-text = Contract { $contract }: PDF and XML are still missing, nothing is delivered.
home-pending-state = Pending
home-failed = Failed jobs
home-open = Open
home-lacking = Customers that lack something
home-lacking-state = Missing
home-open-customer = Open the customer
home-monthly = Monthly recurring
home-yearly = Yearly recurring
home-contracted = Contracted, 12 months
home-cash = Due within 30 days
home-open-amounts = Open amounts
home-and = also { $others }
home-and-more = also { $others }, { $more }
home-beyond = { $amount } of it beyond the notice
home-late = { $amount } of it overdue
home-late-all = all of it overdue
home-late-besides = { $amount } overdue besides
home-next = The next 12 months
home-legend = Solid is signed, hatched is expected.
home-next-link = What it is made of
chart-table = The same figures as a table
column-month = Month
column-age = Age
column-day = As of
column-days = Days
column-due = Due
column-open = Open
column-month-amount = A month
column-year-amount = A year
column-bound = Signed
column-beyond = Expected
column-both = Together
outlook-as-of = As of { $at }.
outlook-as-of-older = As of { $at }. Something has changed since; the figures are being worked out again.
outlook-currency = Currency
outlook-parts = What it is made of
outlook-total = Total
outlook-left = Not counted
recurring-crumb = Recurring revenue
recurring-title = { $amount } a month
recurring-course = { $from } to { $to }
recurring-monthly = Monthly recurring
recurring-text = Each month on its first day, at last today: the fees of running items, without VAT, use and one-off charges.
recurring-chart = Monthly recurring revenue, in { $currency }: { $figures }.
recurring-empty-title = No running contract yet
recurring-empty-text = What running contracts bring stands here.
contracted-crumb = Contracted revenue
contracted-title = { $amount } in the next 12 months
contracted-course = Month by month
contracted-unit = Revenue by days of service, without VAT
contracted-text = Solid: up to the end that is agreed, or the next one possible. Hatched: open contracts after their notice.
contracted-chart = Contracted revenue by month, in { $currency }: { $figures }.
contracted-unknown-title = Prices that are not known yet
contracted-unknown = Clause { $clause } changes the price from { $day } on; the value of the index is not there yet. Until then the price before counts.
cash-crumb = By due date
cash-title = { $amount } due within 30 days
cash-title-overdue = { $amount } due within 30 days, { $overdue } overdue
cash-text = Open invoices by their due date. It says when money is due, not when it comes.
cash-overdue = Overdue
cash-soon = Due within 30 days (to { $day })
cash-later = Due in 31 to 90 days
cash-rest = Due later
open-crumb = By age
open-title = { $amount } open
open-text = Issued invoices, less what is allocated to them; the oldest first.
open-empty-title = Nothing is open
open-empty-text = Every issued invoice stands here until it is settled.
open-credits = Credit notes that nobody has set off
open-credits-text = What we owe. It is not taken off the sum above.
age-not-due = Not due yet
age-30 = 1 to 30 days
age-60 = 31 to 60 days
age-90 = 61 to 90 days
age-older = More than 90 days
home-money-in = Money in
home-money-out = Money out
home-contracts = Contracts and customers
home-operations = Operations
home-areas = Where it waits
