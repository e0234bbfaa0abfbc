# The pages of customers.
portal-invoices-title = Your invoices
portal-lead = The newest invoice is { $number } of { $day }.
portal-lead-none = No invoice has been issued to you yet.
portal-none-title = No invoice yet
portal-none-text = As soon as one is issued it stands here with its files and with where each amount comes from.
portal-newest = Newest invoice
portal-newest-service = Its service
portal-sum = Invoiced in { $year }
portal-years = Years
portal-invoices-of = Invoices of { $year }
portal-counted = { $count ->
    [one] One invoice
   *[other] { $count } invoices
}
portal-column-invoice = Invoice
portal-column-due = To pay
portal-column-files = Download
portal-original-note = The PDF is for reading. Which file is the original for your books stands on the page of each invoice.
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
