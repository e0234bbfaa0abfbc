# Audit trail, jobs and settings.
audit-title = Audit trail
audit-text = Who did what, and when. Nothing here can be changed.
audit-sealed = { $links ->
    [one] Sealed up to { $moment }, one link
   *[other] Sealed up to { $moment }, { $links } links
}
audit-waiting = { $count ->
    [one] One record has waited for its seal for { $seconds } s; sealed up to { $moment }
   *[other] { $count } records have waited for their seal for { $seconds } s; sealed up to { $moment }
}
audit-late = { $count ->
    [one] One record has waited for its seal for { $seconds } s: look at the jobs
   *[other] { $count } records have waited for their seal for { $seconds } s: look at the jobs
}
audit-unsealed = Nothing is sealed yet
audit-head = Head of the chain, to be compared with a copy kept elsewhere: 
audit-filter = Filter the trail
audit-who = Who
audit-what = What
audit-about = About
audit-when = When
audit-from = From
audit-until = To
audit-clear = Show the whole trail
audit-empty-title = No record yet
audit-empty-text = Each change leaves a record here.
audit-shown = { $count ->
    [one] One record on this page
   *[other] { $count } records on this page
}
audit-programs = Programs with a token
audit-command-line = Command line
audit-by-token = Token { $token } for { $owner }
audit-kind-customer = Customers
audit-kind-contract = Contracts
audit-kind-run = Billing runs
audit-kind-invoice = Invoices
audit-kind-account = Accounts
audit-kind-session = Sessions
audit-kind-token = API tokens
audit-kind-source = Sources of telemetry
audit-kind-seller = Sellers
audit-kind-job = Jobs
audit-kind-book = Imports
audit-account-created = Account made
audit-account-changed = Account changed
audit-account-invited = New link for an account
audit-account-link = Sign-in link sent
audit-account-password = Password chosen
audit-account-activated = Second factor set up
audit-session-opened = Signed in
audit-session-ended = Session ended
audit-run-prepared = Billing run prepared
audit-run-approved = Billing run approved
audit-run-issuing = Issuing begun
audit-run-issued = Billing run issued
audit-run-withdrawn = Billing run withdrawn
audit-invoice-frozen = Invoice frozen
audit-invoice-issued = Invoice issued
audit-documents-archived = Documents archived
audit-token-issued = API token made
audit-token-revoked = API token revoked
audit-source-created = Source of telemetry made
audit-source-rotated = Credential of a source exchanged
audit-source-revoked = Credential of a source revoked
audit-quarantine-dismissed = Telemetry kept aside: dismissed
audit-quarantine-replayed = Telemetry kept aside: taken in
audit-evidence-deleted = Evidence deleted at the end of its retention
audit-book-imported = Book imported
audit-customer-created = Customer entered
audit-customer-changed = Customer changed
audit-seller-proposed = Bank account proposed
audit-seller-changed = Seller changed
audit-seller-refused = Bank account refused
audit-hook-registered = Webhook of an instance registered
audit-hook-rotated = Secret of a webhook rotated
audit-hook-settled = Older secret of a webhook dropped
audit-hook-closed = Webhook of an instance closed
audit-target-put = Target entered or changed
audit-target-token = Token of a target replaced
audit-target-removed = Target taken away
audit-job-retried = Job tried again
audit-changes = What changed
audit-content = As recorded
audit-same = It says no more than its name.
audit-erased = The content was erased under a retention protocol; the record and its seal remain.
audit-value = Value
audit-record = About this record
audit-code = Code
audit-number = Number
audit-seal = Sealed
audit-seal-waits = waits for its seal
audit-link = Link
audit-hash = Hash of the link
audit-trail-of = Everything about this
audit-own = Audit trail of this record
jobs-title = Jobs
jobs-calm = { $open ->
    [0] No job waits.
    [one] One job waits or runs.
   *[other] { $open } jobs wait or run.
}
jobs-failed = { $failed ->
    [one] One job has failed for good and waits for you.
   *[other] { $failed } jobs have failed for good and wait for you.
}
jobs-filter = Filter jobs
jobs-clear = Show all jobs
jobs-empty-title = No job yet
jobs-empty-text = Issuing an approved run makes the first one.
jobs-shown = { $count ->
    [one] One job on this page
   *[other] { $count } jobs on this page
}
jobs-state-failed = Failed
jobs-state-failing = Failing
jobs-state-leased = Running
jobs-state-done = Done
jobs-state-queued = Waiting
jobs-attempts = { $count ->
    [0] no attempt
    [one] one attempt
   *[other] { $count } attempts
}
jobs-lease = Held until { $moment }
jobs-due = Next try { $moment }
jobs-issue-run = Issue an approved run
jobs-mail-invitation = Send an invitation
jobs-mail-sign-in = Send a sign-in link
jobs-mail-invoice = Tell of an invoice
jobs-mail = Send a mail
jobs-webhook = Send a webhook
jobs-pull = Fetch what an instance reports
jobs-job = Job
jobs-when = When
jobs-error = Last failure
jobs-cause-mail-not-now = The mail server takes no mail at present.
jobs-cause-mail-refused = The mail server refuses this mail.
jobs-common = { $count ->
    [one] One job on this page fails for the same reason: { $cause }
   *[other] { $count } jobs on this page fail for the same reason: { $cause }
}
jobs-retry = Try again now
jobs-outbox = Events for other systems
jobs-outbox-text = What others are to be told of: the newest events, and who has taken them.
jobs-event = Event
jobs-taken = Taken by
jobs-untaken = nobody yet
tokens-title = API tokens
tokens-text = What programs sign in with. A token acts for its owner and can do no more than the owner.
tokens-fresh = New token
tokens-fresh-text = Copy it into the program now: it is shown this once only.
tokens-empty-title = No token yet
tokens-empty-text = A program that reads or changes the book needs one.
tokens-scopes = Permissions
tokens-scopes-hint = No more than the program needs.
tokens-no-scope = Your account has no permission that a token can carry.
tokens-used = Last used
tokens-unused = never
tokens-expires = Expires
tokens-expires-hint = At the end of this day; at most { $days } days ahead.
tokens-revoke = Revoke
tokens-revoked = Revoked { $moment }
tokens-live = In force
tokens-expired = Expired
tokens-new = Make a token
tokens-new-text = It acts for you, and ends when your account or its day does.
tokens-name-hint = What it is for, such as: monthly report.
tokens-make = Make the token
tokens-error-scope = Choose at least one permission.
tokens-error-life = Choose a day from today on, at most a year ahead.
scope-customers-read = see customers
scope-customers-edit = change customers
scope-contracts-read = see contracts
scope-usage-read = see usage
scope-usage-enter = enter usage by hand
scope-sources-read = see sources of telemetry
scope-sources-manage = manage sources of telemetry
scope-runs-read = see billing runs
scope-runs-preview = prepare billing runs
scope-runs-issue = issue approved runs
scope-invoices-read = see invoices
scope-invoices-cancel = cancel invoices
scope-refunds = ask to give payments back
scope-documents = download documents
scope-ledger = see the ledger
scope-audit = see the audit trail
scope-jobs-read = see jobs
scope-jobs-retry = try jobs again
scope-settings-read = see settings
scope-settings-edit = change settings
scope-users-read = see users
sellers-title = Sellers
sellers-text = The legal entities that bill, with what their documents say.
sellers-empty-title = No seller yet
sellers-empty-text = Sellers come with a book: herdbook import BOOK.toml.
sellers-series = Number series
sellers-series-none = No number was given yet.
sellers-next = next { $next }
sellers-about = About this seller
sellers-waits = Bank account waits for consent
sellers-holds = In force
sellers-edit = Change the seller
sellers-tax = Tax and accounts
sellers-bank = Bank account
sellers-bank-text = All credit transfers go here. A change takes the consent of a second person.
sellers-register = Register as printed
sellers-register-hint = Such as: HRB 12345 B, Amtsgericht Charlottenburg.
sellers-register-number = Number in the register
sellers-directors = Managing directors
sellers-directors-hint = One a line, as documents name them.
sellers-website = Web site
sellers-regime = Taxation
sellers-regime-standard = Standard taxation
sellers-regime-small = Small business, § 19 UStG
sellers-tax-number = Tax number of the local office
sellers-oss = Declares tax of EU consumers through the one-stop shop
sellers-oss-hint = Without it such invoices are blocked.
sellers-chart = Chart of accounts
sellers-holder = Account holder
sellers-holder-hint = Exactly as the bank has it: payers’ banks compare the name.
sellers-iban = IBAN
sellers-bic = BIC
sellers-bank-name = Bank
sellers-valid-from-hint = Documents issued before keep the earlier state.
sellers-four-eyes = The bank account changes: it must be approved by another administrator before it takes effect.
sellers-propose = Ask a second person to take it
sellers-waiting = A new bank account must be approved before it takes effect
sellers-waiting-text = Compare it with the bank’s letter, and ask whoever proposed it by another way than mail.
sellers-replaced = Nothing was decided: another proposal waits by now than the one you looked at. Check it anew.
sellers-take = Take the new account
sellers-refuse = Refuse it
sellers-own = You proposed it yourself: somebody else has to take it.
failed-denied = Your account may not do this.
failed-denied-do = Ask an administrator for a role that may.
failed-eyes = Whoever prepared this may not approve it.
failed-eyes-do = Ask a colleague to approve it.
failed-token = A program may not approve.
failed-token-do = Sign in and approve in person.
failed-forged = The form did not come from a page of this server.
failed-again = Go back, load the page again, and try once more.
failed-session = You are not signed in, or the session has ended.
failed-session-do = Sign in again.
failed-often = This was tried too often in a short time.
failed-wait = Wait a few minutes.
failed-api-token = The API token cannot be used for this.
failed-look = Go back and look at how it stands now.
failed-busy = Somebody else was changing the same at this moment.
failed-long = The form is too long.
failed-shorten = Go back and send less text.
failed-stale = This was changed meanwhile, or it does not fit what is on file.
failed-run = This step does not fit the state of the billing run.
failed-run-do = Look at the run: somebody may have gone on with it.
failed-store = The database or the keys of the server do not answer as they should.
failed-report = Tell whoever runs the server; the code below says where to look.
failed-document = The document could not be made or found.
failed-facts = Facts are missing or wrong, so this cannot go on.
failed-facts-do = Look at the customer: its page says what is missing.
failed-gone = What was asked for is not there.
failed-input = What was sent cannot be used as it is.
failed-check = Go back and check what you typed.
failed-ours = Something failed on our side. We are sorry.
audit-chain = State of the chain
audit-account-renewed = Demonstration account renewed
audit-account-connected = Connected with the identity provider
audit-account-disconnected = Connection with the identity provider ended
audit-passkey-added = Passkey added
audit-passkey-removed = Passkey removed
audit-passkey-copied = Passkey that may have a copy refused
audit-view-shared = View shared
audit-view-unshared = Shared view removed
audit-invoice-cancelling = Cancellation of an invoice begun
audit-invoice-cancelled = Invoice cancelled
audit-payment-started = Payment by card begun
audit-payment-received = Payment received
audit-payment-fee = Fee of the gateway booked
audit-refund-requested = Refund asked for
audit-refund-approved = Refund approved
audit-refund-withdrawn = Refund withdrawn
audit-refund-returned = Refund given back
audit-refund-failed = Refund failed
audit-kind-payment = Payments
audit-kind-refund = Refunds
audit-kind-passkey = Passkeys
audit-of-customer = Customer { $name }
audit-of-contract = Contract { $name }
audit-of-invoice = Invoice { $name }
audit-of-run = Billing run { $name }
audit-of-account = Account of { $name }
audit-of-seller = Seller { $name }
audit-of-token = API token { $name }
audit-of-job = Job { $name }
audit-of-book = Book { $name }
event-threshold-reached = A threshold of use is reached
event-taker-mail = Mail delivery
audit-of-alert = Alert { $name }
audit-of-payment = Payment { $name }
done-token-before = This form had come a moment before, and made one token. If you did not copy it, revoke it here and make another.
