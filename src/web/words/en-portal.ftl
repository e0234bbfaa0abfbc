# The pages of customers.
portal-invoices-title = Your invoices
portal-lead = The newest invoice is { $number } of { $day }.
portal-lead-none = No invoice has been issued to you yet.
portal-lead-settled = All your invoices are settled.
portal-lead-overdue = { $overdue ->
    [one] One invoice is overdue, { $amount }.
   *[other] { $overdue } invoices are overdue, { $amount }.
}
portal-lead-more = { $coming ->
    [one] One more is due on { $day }.
   *[other] { $coming } more are due, the next on { $day }.
}
portal-lead-due = { $coming ->
    [one] Nothing is overdue. One invoice is due on { $day }.
   *[other] Nothing is overdue. { $coming } invoices are due, the next on { $day }.
}
portal-none-title = No invoice yet
portal-none-text = As soon as one is issued it stands here with its files and with where each amount comes from.
portal-newest = Newest invoice
portal-newest-service = Its service
portal-sum = Invoiced in { $year }
portal-due-next = Due next
portal-paid-in = Paid in { $year }
portal-open = To be paid
portal-years = Years
portal-invoices-of = Invoices of { $year }
portal-counted = { $count ->
    [one] One invoice
   *[other] { $count } invoices
}
portal-column-invoice = Invoice
portal-column-due = To pay
portal-column-files = Download
portal-original-note = Which file is the original for your books, and which is for reading, stands on the page of each invoice.
portal-invoice-sub = { $kind } · issued { $day } · service { $period }
portal-pay-title = How to pay
portal-pay-amount = Amount
portal-pay-due = Due
portal-pay-reference = Reference
portal-pay-payee = Payee
portal-pay-iban = IBAN
portal-pay-bic = BIC
portal-proof-text = The hash of the invoice as it was issued. It never changes, and each of its amounts can be computed again from it.
portal-account = Account
portal-language-text = It holds for these pages and for the mail you get from us. Your invoices keep the language that was agreed.
portal-roles-text = What you may see and do here. Ask us if it should be something else.
portal-roles-title = What you may do
portal-role-billing = Billing: see invoices and pay them
portal-role-procurement = Procurement: see invoices and contact data
portal-role-technical = Technology: see use and contact data
portal-help = Help
portal-onward-title = One moment
portal-onward-go = Go on
portal-sign-in-title = Sign in to the customer portal
portal-sign-in-lead = Give your e-mail address. We send you a link that signs you in; there is no password.
portal-sign-in-send = Send me a link
portal-sign-in-no-account = You have no access yet? Ask us, or a colleague who has it.
portal-no-mail = Nobody can sign in by e-mail here at present.
portal-no-mail-text = Sending e-mail is not set up here yet. Ask us for a link.
portal-staff = Our own staff sign in here
portal-error-often = Links were asked for several times. Please wait a few minutes, and check your e-mail meanwhile.
portal-sent-title = Check your e-mail
portal-sent-lead = If the address belongs to an account, a link is on its way to it. It is good for { $minutes } minutes and opens once.
portal-sent-wait = It takes a minute as a rule. Look into the folder for unwanted mail too.
portal-sent-none = For safety this page says the same whether or not we know the address.
portal-sent-again = Ask for a new link
portal-confirm-title = Sign in now?
portal-confirm-lead = You sign in as { $email }.
portal-confirm-send = Sign in
portal-closed-title = This link does not work
portal-link-used = It was used before. Each link opens once.
portal-link-expired = Its time is over. Links are good for a few minutes only.
portal-link-unknown = We do not know it. Perhaps the address was cut off in your mail.
portal-ask-us = Whom to ask
portal-ask-nobody = Ask whoever sent you here.
portal-contact-name = Contact
portal-contact-email = E-mail address
portal-contact-phone = Telephone
portal-ask-sign-in = How do I sign in?
portal-answer-sign-in = With your e-mail address: we send a link that is good for a few minutes and opens once. There is no password to remember.
portal-ask-original = Which file belongs in our books?
portal-answer-original = It depends on the format that was agreed with you. The page of each invoice says which file is the original and which is for reading.
portal-ask-why = How does an amount come about?
portal-answer-why = Under each line of an invoice stands “Why this amount?”. It leads down to the price, the days and the readings it rests on.
portal-ask-wrong = What if an invoice is wrong?
portal-answer-wrong = Tell us its number and the line. What was issued is never changed; we send a correction that names it.
portal-ask-people = How does a colleague get access?
portal-answer-people = Ask us with name, e-mail address and what the person is to see: invoices, or use only.
portal-year-files = Download the files of { $year } (ZIP, { $count ->
    [one] one invoice
   *[other] { $count } invoices
})
portal-usage = Usage
portal-usage-title = Your usage
portal-usage-lead = { $contract }, contract { $number }, { $year }
portal-usage-contracts = Contracts with readings
portal-usage-none-title = No reading yet
portal-usage-none-text = As soon as a period is read and closed it stands here with what it rests on.
portal-contact-title = Your contact data
portal-contact-lead = Whom we write to and call. A change holds from today on; what was issued stays as it is.
portal-contact-heading = Contact for invoices and questions
portal-contact-who = Person or office
portal-contact-save = Save the contact
portal-people-title = Who has access
portal-people-tasks = Task
portal-address-title = Address of the invoices
portal-address-text = Address, tax facts and the way of your invoices rest on the contract. Ask us to change them.
portal-error-phone = A telephone number has digits, blanks and + - / ( ) only.
portal-error-stale = Your data was changed meanwhile. Please compare it and save again.
portal-contact-nav = Contact data
