# What the pages say, in British English. One message is one whole sentence or label.
skip = To the content
menu = Menu
close = Close
navigation = Main navigation
go-to = Go to…
search-hint = Number, customer, domain, page or action
results = Results
results-found = { $count ->
    [0] Nothing found
    [one] One result
   *[other] { $count } results
}
waiting = open
dark = Dark
keys = Keys
keys-note = Single keys work outside fields only. No key approves, issues or pays.
key-palette = Go to a page or a record, or begin something
key-control = Ctrl
key-enter-name = Enter
key-escape-name = Esc
key-list = List of keys
key-filter = To the filter
key-go = To a page, with a second letter
key-enter = Open the row
key-next = Next row
key-previous = Row before
key-select = Select the row
key-export = Export the list as CSV
key-why = Open “Why this amount?”
key-escape = Close, back
nav-invoices = Invoices
nav-components = Components
invoices-title = Invoices
invoices-all = { $count ->
    [0] No invoice is issued yet.
    [one] One invoice is issued.
   *[other] { $count } invoices are issued.
}
invoices-found = { $count ->
    [0] No invoice matches the filter.
    [one] One invoice matches the filter.
   *[other] { $count } invoices match the filter.
}
invoices-empty-title = No invoice yet
invoices-empty-text = An invoice stands here as soon as a billing run issues it.
invoices-none-title = Nothing matches
invoices-none-text = Widen the filter, or take it away.
filter-label = Filter invoices
filter-text = Number, contract or customer number
filter-year = Year
labelled = { $label }: { $text }
filter-any = All
filter-any-year = All
filter-any-what = All
filter-apply = Filter the list
filter-clear = Show all invoices
column-number = Number
column-customer = Customer
column-issued = Issued
column-gross = Gross
column-state = State
column-documents = Documents
kind-invoice = Invoice
kind-credit-note = Credit note
kind-corrected = Corrected invoice
state-due = Due { $day }
state-card = By card on { $day }
state-set-off = Set off
state-cancelled = Cancelled
pages = Pages
page-shown = { $from } to { $to } of { $count }
page-next = Next
page-first = From the start
crumbs = Where this page belongs
invoice-sub = { $kind } to { $customer } · issued { $day } · service { $period }
invoice-lines = Lines
invoice-no = No.
invoice-service = Service
invoice-quantity = Quantity
invoice-price = Price
invoice-net = Net, { $currency }
tongue-de = German
tongue-en = English
tongue-fr = French
invoice-credit-mark = A
why = Why this amount?
why-read = read
why-included = included
why-above = above it
why-tier = of it in this tier
why-quantity = quantity
why-price = { $currency } a { $unit }
why-part = part of a { $unit }
why-count = count
why-exact = exact
why-rounded = { $currency } net, half up to { $places } places
why-net = { $currency } net
why-before = before discounts
why-expected = due now
why-billed = billed before
why-least = least amount agreed
why-used = charged for use
why-fee = fee of the month
why-credit = reduction agreed
why-bounded = bounded by the agreed cap
why-taken-off = { $currency } taken off
why-reading-text = { $quantity } on { $instance }, { $days }
why-reading-detail = Coverage { $coverage }, revision { $revision }
why-reading-estimated = Estimated, coverage { $coverage }, revision { $revision }
why-evidence = { $count ->
    [one] One report, checksum { $checksum }
   *[other] { $count } reports, checksum of their list { $checksum }
}
why-downtime = { $down } of { $agreed } agreed seconds down
why-taken-back = { $number }, line { $position }, is taken back
why-billed-text = { $amount } for { $days }
why-price-item = Price
why-index = { $series } { $new } over { $old }
why-share = Part of the interval
why-share-text = { $share } of an interval, kept as a fraction until the one rounding
why-rounding = Rounding
why-rounding-text = Half up to the places of the currency, once for the line
why-tax = Tax
why-decision = Decision
why-decision-text = Computed, checked and frozen on { $day }
about-invoice = About this invoice
facts = Facts
fact-customer = Customer
fact-contract = Contract
fact-format = Format
fact-original = Original
original-xml = The XML; the PDF is a view
original-hybrid = The PDF with its XML inside
fact-corrects = Gives back from
notes = Notes
proof = Proof
proof-frozen = Frozen { $day }
proof-text = The hash of the frozen invoice: whoever computes it again from the same facts gets the same one.
documents-expire = Download links are good for { $minutes } minutes; load the page again for new ones.
not-found-title = There is no such page
not-found-text = The address is wrong, or what it named does not exist.
failed-title = This did not work
back = To the start page
source-contract = Contract
source-amendment = Amendment
source-reading = Reading
more-requests = { $count } more requests
source-service-level = Service level
source-billed-line = Billed before
search-title = Search
search-go = Go to
search-invoices = Invoices
search-more = { $shown } of { $count }, show all in { $list }
search-none = Nothing is found
search-examples = Give a number such as { $invoice }, { $contract } or 10003, a customer, the domain of a server, or the name of a page.
search-apply = Search
components-title = Components
problem-reference = Reference
foot-imprint = Imprint
foot-privacy = Privacy
foot-directors = Represented by { $value }
foot-mail = E-mail: { $value }
foot-phone = Telephone: { $value }
foot-vat-id = VAT ID { $value }
