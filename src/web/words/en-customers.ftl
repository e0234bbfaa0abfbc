# Customers, contracts, prices and usage, in British English.
customer-title = Customers
customer-all = { $count ->
    [0] No customer is on file yet.
    [one] One customer is on file.
   *[other] { $count } customers are on file.
}
customer-found = { $count ->
    [0] No customer matches the filter.
    [one] One customer matches the filter.
   *[other] { $count } customers match the filter.
}
customer-empty-title = No customer yet
customer-empty-text = Customers come with a book: herdbook import BOOK.toml.
customer-filter = Filter customers
customer-filter-text = Number or name
customer-clear = Show all customers
customer-country = Country
customer-kind = Kind
customer-format = E-invoice format
customer-running = { $count ->
    [0] none running
    [one] 1 running
   *[other] { $count } running
}
customer-kind-public-de = Public body in Germany
customer-kind-public-eu = Public body in the EU
customer-kind-eu-institution = EU institution
customer-kind-organisation = International organisation
customer-kind-mission = Embassy or consulate
customer-kind-university = University
customer-kind-business = Business
customer-kind-ngo = Non-profit organisation
customer-sub = Customer { $number } · { $kind } · { $country }
customer-ready = Can be billed
customer-lacking = { $count ->
    [one] One thing is missing
   *[other] { $count } things are missing
}
customer-lacks = What is missing
customer-contracts-all = { $count ->
    [one] One contract
   *[other] All { $count } contracts
}
customer-contracts-none = There is no contract with this customer.
customer-tax = Tax treatment today
customer-tax-treatment = Treatment
customer-tax-reason = Reason on documents
customer-tax-rate = { $rate } VAT
customer-tax-reverse = Reverse charge
customer-tax-exempt = Exempt
customer-tax-outside = Outside the scope of VAT
customer-tax-blocked = Blocked
customer-nature-automated = Automated services
customer-nature-human = Work of people
customer-nature-sold = in a contract
customer-nature-not-sold = in no contract
customer-evidence = Tax evidence
customer-evidence-none = No tax evidence is on file.
customer-evidence-what = Evidence
customer-evidence-reference = Reference
customer-evidence-valid = Valid
customer-evidence-exemption = Exemption
customer-evidence-business = Proof of business
customer-evidence-vies = VIES answer
customer-evidence-earlier = { $count ->
    [one] One earlier answer
   *[other] { $count } earlier answers
}
customer-proof-holds = Holds
customer-proof-later = Not yet valid
customer-proof-over = Expired
customer-vies-holds = Valid, counts today
customer-vies-valid = Valid
customer-vies-old = Valid, ask again
customer-vies-invalid = Not valid
customer-lack-seller-country = The tax rules cover sellers in Germany only.
customer-lack-seller-vat-id = The seller has no VAT id, which a reverse-charge invoice must show.
customer-lack-seller-tax-number = The seller has no tax number, which an invoice outside the scope of VAT must show.
customer-lack-small-business = A small business cannot bill a consumer abroad without a ruling.
customer-lack-exemption = No evidence is on file that the exemption holds on { $day }. Enter the order clause or the certificate.
customer-lack-vat-id = A business in the EU needs a VAT id that VIES confirms.
customer-lack-vat-id-country = The VAT id { $id } belongs to another country than the address. This needs a ruling.
customer-lack-vat-id-wrong = The VAT id fails its check. Compare it with the customer’s letter.
customer-lack-vies = VIES never confirmed the VAT id { $id }. Ask VIES and enter the answer.
customer-lack-vies-invalid = VIES reported { $id } as not valid on { $day }.
customer-lack-vies-old = The VIES answer of { $day } is too old. Ask VIES again.
customer-lack-vies-expired = The VIES answer of { $day } no longer counts, even while VIES is down.
customer-lack-one-stop-shop = Tax of the customer’s country is due, but the seller is not in the one-stop shop.
customer-lack-business = No proof of business is on file that holds on { $day }.
customer-lack-uk = The customer is not VAT-registered in the United Kingdom; the seller may have to register there.
customer-lack-ruling = Where human work for this customer is taxed needs a ruling.
customer-lack-rate = The tax rate of this day is not on file.
customer-lack-leitweg = The Leitweg-ID is missing, which XRechnung demands.
customer-lack-leitweg-wrong = The Leitweg-ID fails its check.
customer-lack-siret = The SIRET is missing, which Chorus Pro demands.
customer-lack-siret-wrong = The SIRET fails its check.
customer-lack-endpoint = The electronic address is missing, which Peppol demands.
customer-lack-endpoint-wrong = The electronic address fails its check.
customer-lack-order = Contract { $contract } has no purchase order number, and the customer demands one.
customer-lack-other = A check fails that every document has to pass ({ $code }).
customer-states = States over time
customer-states-text = A document names the state of its issue date.
customer-state-first = First state on file
customer-state-changed = Changed: { $what }
customer-state-always = From the start
customer-state-known = Known since { $moment }
customer-state-now = holds today
customer-change-name = name
customer-change-departments = departments
customer-change-kind = kind of customer
customer-change-address = address
customer-change-contact = contact
customer-change-language = language
customer-change-currency = currency
customer-change-vat-id = VAT id
customer-change-evidence = tax evidence
customer-change-routing = routing of documents
customer-change-order = purchase order rule
customer-about = About this customer
customer-address = Address
customer-contact = Contact
customer-contact-name = Name
customer-phone = Telephone
customer-email = E-mail
customer-routing = Where documents go
customer-leitweg = Leitweg-ID
customer-siret = SIRET
customer-service-code = Service code
customer-endpoint = Electronic address
customer-notices = Notices to
customer-vat-id = VAT id
customer-documents = Documents
customer-language = Language
customer-language-de = German
customer-language-en = English
customer-language-fr = French
customer-currency = Currency
customer-order = Purchase order
customer-order-needed = Required on every invoice
customer-order-free = Not required
contract-title = Contracts
contract-all = { $count ->
    [0] No contract is on file yet.
    [one] One contract is on file.
   *[other] { $count } contracts are on file.
}
contract-found = { $count ->
    [0] No contract matches the filter.
    [one] One contract matches the filter.
   *[other] { $count } contracts match the filter.
}
contract-empty-title = No contract yet
contract-empty-text = Contracts come with a book: herdbook import BOOK.toml.
contract-filter = Filter contracts
contract-filter-text = Number, title or customer
contract-clear = Show all contracts
contract-state-running = Running
contract-state-later = Not begun
contract-state-ended = Ended
contract-begins = Begins { $day }
contract-ended = Ended { $day }
contract-term = Term
contract-monthly = A month, net
contract-since = since { $day }
contract-until = until { $day }
contract-renews = { $months ->
    [one] renews by one month
   *[other] renews by { $months } months
}
contract-renewed = renewal { $number }, contract since { $day }
contract-sub = Contract { $number } with { $customer }
contract-fee-now = Monthly fee, net
contract-fee-note = fixed fees after discounts, without metered use
contract-fee = { $fee } { $currency } a month
contract-binds = Binds until
contract-ended-label = Ended
contract-binds-end = then it is over
contract-binds-open = if notice came in today
contract-at-most = at most until { $day }
contract-notice-last = Last day for notice
contract-notice-left = { $days ->
    [0] today
    [one] one day left
   *[other] { $days } days left
}
contract-invoiced = Invoiced, net
contract-invoiced-note = { $count ->
    [0] no invoice yet
    [one] on one invoice
   *[other] on { $count } invoices, credit notes taken off
}
contract-fault = Prices are shown as first agreed: a price clause cannot be applied ({ $code }).
contract-timeline = Terms over time
contract-timeline-text = Terms, fixed fees of a month before discounts, days for notice
contract-timeline-table = Terms as a table
contract-runs = Runs
contract-term-first = First term
contract-term-open = Open term
contract-term-on = Goes on
contract-term-renewal = Renewal { $number }
contract-term-past = { $term }
contract-term-now = { $term }, running
contract-term-agreed = { $term }, agreed
contract-term-possible = { $term }, possible
contract-notice-by = Notice by { $day }
contract-notice-passed = { $day }, passed
contract-today = Today
contract-items = Items and prices
contract-item = Item
contract-billed = Billed
contract-monthly-ahead = Monthly in advance
contract-monthly-after = Monthly in arrears
contract-quarterly-ahead = Quarterly in advance
contract-quarterly-after = Quarterly in arrears
contract-half-yearly-ahead = Half-yearly in advance
contract-half-yearly-after = Half-yearly in arrears
contract-yearly-ahead = Yearly in advance
contract-yearly-after = Yearly in arrears
contract-changes = Amendments
contract-changes-text = By the day they take effect, newest first
contract-changes-none = The contract stands as it was first agreed.
contract-change-add = { $item } is added
contract-change-end = { $item } ends
contract-change-replace = { $new } takes the place of { $old }
contract-change-price = { $item }: new price
contract-change-count = { $item }: { $count } from now on
contract-change-cancel = The contract ends: first day without service
contract-change-known = { $id } · known to billing from { $day }
contract-clauses = Price clauses
contract-clause-uplift = Fixed fees rise by { $percent }
contract-clause-index = Fixed fees follow the index { $series }, base { $base }, { $months ->
    [one] with the value of one month before
   *[other] with the value of { $months } months before
}
contract-clause-dates = First on { $day }, then every { $months ->
    [one] month
   *[other] { $months } months
}
contract-clause-cap = By { $percent } at most
contract-clause-threshold = Only from { $percent } on; less waits and counts the next time
contract-clause-symmetric = Falling values lower the price as rising ones raise it
contract-clause-upward = Falling values leave the price as it is
contract-clause-age = { $months ->
    [0] Items added later follow from their first date on
    [one] Items added later follow once they are one month old
   *[other] Items added later follow once they are { $months } months old
}
contract-clause-change = { $day }: { $percent }
contract-clause-unknown = { $day }: the change cannot be worked out yet, because a value of the index is not on file. The price before it is shown.
contract-discounts = Discounts
contract-discount = Discount
contract-discount-amount = Takes off
contract-discount-all = all fixed fees
contract-levels = Service levels
contract-level-availability = Availability
contract-level-target = at least { $percent } a month
contract-level-target-above = more than { $percent } a month
contract-level-step = Below { $below }: credit of { $credit }
contract-level-rules = How it is measured and credited
contract-level-base-service = The credit is taken of the month’s fee of this service
contract-level-base-contract = The credit is taken of all fees of the month
contract-level-cap-month = At most { $percent } in a month
contract-level-cap-year = At most { $percent } in a contract year
contract-level-next = Credits come with the next invoice
contract-level-quarter = Credits come with the first invoice after the quarter
contract-level-from = Measured from { $day }
contract-level-excluded = Excluded time is taken out of the agreed time
contract-level-excluded-up = Excluded time counts as available
contract-level-unmeasured-up = Time without measurement counts as available
contract-level-unmeasured-down = Time without measurement counts as an outage
contract-level-unmeasured-out = Time without measurement is taken out
contract-level-shortest = Outages shorter than { $seconds } seconds do not count
contract-level-merge = Outages at most { $seconds } seconds apart count as one
contract-level-maintenance = Maintenance is excluded when it is announced { $hours } hours ahead
contract-level-allowance = Maintenance is excluded up to { $minutes } minutes a month
contract-level-any = Down when any of these is: { $components }
contract-level-all = Down when all of these are: { $components }
contract-level-suppliers = Outages of our suppliers count
contract-level-suppliers-not = Outages of our suppliers do not count
contract-level-period = Period
contract-level-reached = Reached
contract-level-credit = Credit
contract-level-met = Met
contract-level-missed = Missed
contract-credit-proposed = proposed
contract-credit-approved = approved
contract-credit-applied = on an invoice
contract-credit-expired = expired
contract-credit-rejected = rejected
contract-invoices = Newest invoices
contract-invoices-all = { $count ->
    [one] One invoice
   *[other] All { $count } invoices
}
contract-invoices-none = Nothing has been invoiced yet.
contract-net = Net
contract-about = About this contract
contract-parties = Parties
contract-seller = Seller
contract-term-notice = Term and notice
contract-begin = Begins
contract-renewal = Renewal
contract-longest = at most { $months } months in all
contract-notice = Notice
contract-notice-none = up to the last day of a term
contract-notice-before = { $months ->
    [one] one month before the end of a term
   *[other] { $months } months before the end of a term
}
contract-notice-open = { $months ->
    [0] at any time
    [one] one month, at any time
   *[other] { $months } months, at any time
}
contract-zone = Time zone
contract-billing = Billing
contract-payment = Payment
contract-pay-sepa = SEPA credit transfer
contract-pay-transfer = Credit transfer
contract-pay-card = By card on the issue date
contract-due = Due
contract-due-days = { $days ->
    [0] on the issue date
    [one] one day after issue
   *[other] { $days } days after issue
}
contract-anchor = Intervals
contract-anchor-day = begin on day { $day } of the month
contract-anchor-from = counted from { $day }
contract-proration = Part intervals
contract-proration-actual = by days of the interval
contract-proration-thirty = by days over 30 a month
contract-proration-strict = months of 30 days (30/360)
contract-proration-second = by seconds of the interval
contract-arrears = Arrears
contract-arrears-next = invoiced the day after the period
contract-arrears-working = invoiced on the first working day after the period
contract-grace = Grace for measurements
contract-grace-hours = use is closed { $hours } hours after the end of the period
contract-holidays = public holidays of { $region }
contract-closed = Closed on
contract-references = References on invoices
contract-reference-contract = Contract
contract-reference-order = Order
contract-reference-project = Project
contract-reference-buyer = Buyer
contract-reference-tender = Tender
contract-reference-centre = Cost centre
price-per = { $per ->
    [month] a month
    [quarter] a quarter
    [half-year] a half-year
   *[year] a year
}
price-flat = { $price } { $per }
price-flat-use = { $price } { $per }, however much is used
price-each = { $price } per { $unit }
price-one = unit
price-counted = { $count } × { $price } { $per }
price-count = Count: { $count }, charged { $per }
price-package = { $price } for each started package of { $size }
price-once = { $price } once
price-once-counted = { $count } × { $price } once
price-graduated = By tier, each part at the price of its own tier
price-volume = By tier, all of it at the price of the tier it reaches
price-tier-first = up to { $to }: { $price }
price-tier = { $from } to { $to }: { $price }
price-tier-last = above { $from }: { $price }
price-included = { $quantity } { $per } included; what is above is charged
price-roll-over = What is left of the allowance is added to the next period, once
price-step = Rounded up to a multiple of { $step }
price-minimum = At least { $price } { $per }
price-minimum-year = At least { $price } in a contract year
price-maximum = At most { $price } { $per }
price-pooled = The allowance is shared with { $instances }
price-discount-percent = { $percent } of the fee
price-discount-amount = { $price } of each price interval
price-over-time = Prices over time
price-agreed = as first agreed
price-ramp = step agreed from the start
price-by-amendment = amendment { $id }
price-by-clause = price clause { $id }
usage-title = Usage
usage-all = { $count ->
    [0] No reading is closed yet.
    [one] One reading is closed.
   *[other] { $count } readings are closed. They never change; a correction is a new revision.
}
usage-found = { $count ->
    [0] No reading matches the filter.
    [one] One reading matches the filter.
   *[other] { $count } readings match the filter.
}
usage-empty-title = No reading yet
usage-empty-text = Readings are closed when a usage period has ended and a billing run bills it.
usage-none-text = Give the whole number of a contract or customer, or take the filter away.
usage-none-title = No reading in this year
usage-none-year = The contract has no metered item, or none of its periods is closed.
usage-filter = Filter readings
usage-filter-text = Number of a contract or customer
usage-clear = Show all readings
usage-meter = Meter
usage-period = Period
usage-coverage = Coverage
usage-closed-at = Closed
usage-closed = Final
usage-replaced = Replaced
usage-revision = revision { $revision }
usage-of-title = Usage: { $contract }
usage-of-sub = Contract { $number } with { $customer } · { $year }
usage-unpriced = No item of the contract asks for this meter.
usage-included = Included, { $quantity }
usage-above = Above
usage-sum = Billed in this year
usage-proof = Evidence: { $requests } · { $checksum }
usage-requests = { $count ->
    [one] One request
   *[other] { $count } requests
}
usage-entered = entered by hand
usage-estimated = estimated
usage-before = Revision { $revision } said { $quantity }, closed { $moment }
customer-yes = yes
customer-no = no
customer-nothing = nothing
customer-who = Who it is
customer-legal-name = Legal name
customer-departments = Departments
customer-departments-hint = One a line; they stand below the name on documents.
customer-number-hint = Also the debtor account, 10000 to 69999. It never changes.
customer-currency-hint = It never changes: another currency needs a customer of its own.
customer-street = Street and number
customer-extra = Second line
customer-post-code = Post code
customer-city = City
customer-region = State or province
customer-country-choose = Choose a country
customer-contact-hint = The office or person that documents name.
customer-leitweg-hint = With its check digits, such as 04011000-12345-03.
customer-siret-hint = 14 digits; blanks do no harm.
customer-scheme = Scheme of the electronic address
customer-scheme-hint = 0204 for a Leitweg-ID, 0009 for a SIRET, EM for e-mail.
customer-order-required = Rejects invoices without a purchase order number
customer-order-hint = Contracts without one are not billed then.
customer-evidence-text = An invoice rests on what was known on its day; answers stay on file.
customer-vat-id-hint = With the letters of its country, such as DE123456788.
customer-vies-kept = Answers of VIES on file
customer-vies-kept-hint = Untick only what was entered in error.
customer-vies-no-answer = No answer is on file.
customer-vies-was-valid = { $id } was valid on { $day } ({ $number })
customer-vies-was-invalid = { $id } was not valid on { $day } ({ $number })
customer-vies-new = New answer of VIES
customer-vies-new-hint = What VIES said when you asked.
customer-vies-none = no new answer
customer-vies-id = VAT id that VIES was asked for
customer-vies-id-hint = Empty for the VAT id above.
customer-vies-day = Day of the answer
customer-vies-number = Consultation number
customer-exemption-text = Certificate or order clause for article 151 of the VAT directive.
customer-business-text = For customers outside the EU, such as a W-9 or an extract of the register.
customer-proof-title = What it is
customer-proof-from = Holds from
customer-proof-until = Holds until
customer-proof-hash = SHA-256 of the file
customer-proof-hash-hint = 64 digits, so that nobody can exchange the file.
customer-validity = Validity
customer-valid-from = Holds from
customer-valid-from-hint = Documents issued before keep the earlier state. Empty: from the start.
customer-new = Enter a customer
customer-new-title = New customer
customer-new-text = What is missing can be added later; until then its contracts are not billed.
customer-new-save = Enter the customer
customer-edit = Change the customer
customer-edit-title = Change customer { $number }
customer-edit-correct = Correct
customer-edit-look = See what changes
customer-edit-cancel = Cancel
customer-edit-save = Save from { $day }
customer-edit-save-always = Save from the start
customer-edit-until = From { $day } on another state is on file already and goes on holding.
customer-fact = Fact
customer-look-title = What changes
customer-look-new = Check the new customer
customer-look-text = From { $day }. Nothing is saved yet.
customer-look-always = It holds from the start. Nothing is saved yet.
customer-look-facts = Facts
customer-look-entered = What is entered
customer-look-before = Before
customer-look-after = After
customer-look-same = No fact changes.
customer-look-edit = Go on editing
customer-effect-day = Billing on { $day }
customer-effect-none = Nothing keeps contracts with this customer from being billed, before or after.
customer-effect-unblocks = No longer in the way of billing
customer-effect-blocks = Newly in the way of billing
customer-effect-still = Still in the way of billing
customer-stale-title = Somebody else changed this meanwhile
customer-stale-text = Nothing was saved. What you typed is still below; if you send it again, it takes the place of what is on file.
customer-stale-before = When you began
customer-stale-now = On file now
customer-stale-yours = Yours
customer-error-choice = Choose one of the list.
customer-error-day = Give a date, such as 2026-05-31.
customer-error-answer = Choose what VIES said, or empty the fields of the new answer.
customer-error-number = Give a number from 10000 to 69999.
customer-error-taken = This number is given away. Take another one.
customer-error-currency = A customer keeps its currency.
customer-error-text = Give 1 to 300 characters in one line.
customer-error-identifier = Give an identifier of 1 to 64 characters without blanks at its ends.
customer-error-country = Choose the country.
customer-error-period = The last day lies before the first.
customer-error-year = Give a year from 1990 to 2200.
customer-error-hash = Give the 64 digits of the SHA-256, or leave it empty.
customer-error-leitweg = A Leitweg-ID has two or three parts joined by hyphens. Compare it with the customer’s letter.
customer-error-leitweg-digits = The check digits do not fit: the rest of the ID asks for { $digits }. Compare it with the customer’s letter.
customer-error-siret = A SIRET has 14 digits.
customer-error-siret-digit = One digit is wrong: the check digit does not fit.
customer-error-endpoint = Give the address without blanks.
customer-error-scheme = Peppol has no such scheme. Look it up with the customer’s address.
customer-error-endpoint-value = The address does not fit the scheme { $scheme }.
customer-error-vat-prefix = The VAT id begins with no country of the EU. Leave it empty for customers elsewhere.
customer-error-vat-shape = VAT ids of { $prefix } look different. Compare it with the customer’s letter.
customer-error-vat-digits = One digit is wrong: the check digits do not fit.
customer-error-iban = One digit is wrong: the check number of the IBAN does not fit. Compare it with the bank’s letter.
customer-error-bic = A BIC has 8 or 11 characters.
