# Paying and paid.
paid-on = Paid on { $day }
paid-over = Paid, { $amount } too much
paid-held = Cancelled, { $amount } to be given back
paid-to-give-back = { $amount } to be given back
paid-partly = { $amount } still open
paid-overdue = { $days ->
    [one] 1 day overdue
   *[other] { $days } days overdue
}
pay-by-card = Pay { $amount } by card
pay-card-text = You pay on the page of our payment provider and come back here.
pay-going-title = To the payment page
pay-going-text = You are being taken to the page of our payment provider.
pay-going-on = Go on to the payment page
pay-arriving-title = Back from the payment page
pay-arriving-text = You are being taken back to the invoice.
pay-crumb = Payment by card
pay-back = Back to the invoice
pay-paid-title = Thank you, the invoice is paid
pay-paid-text = { $amount } for invoice { $number } have come in.
pay-confirming-title = The payment is being confirmed
pay-confirming-text = { $amount } for invoice { $number } are on their way. This page looks again by itself; you may also close it.
pay-declined-title = The card was declined
pay-declined-text = No money was taken for invoice { $number }. Try again with another card, or ask your bank.
pay-unfinished-title = The payment was not finished
pay-unfinished-text = No money was taken for invoice { $number }. You can go on where you stopped.
pay-expired-title = The payment page has expired
pay-expired-text = No money was taken for invoice { $number }. Start again from the invoice.
pay-none-title = No payment was started
pay-none-text = Nobody has begun to pay invoice { $number } by card.
payments-title = Payments
payments-none = No payment has come in yet.
payment-day = Received
payment-how = How
payment-amount = Amount
payment-fee = Fee
payment-settles = Of it for this invoice
payment-card = Card
payment-transfer = Transfer
payment-entries = Ledger entries
entry-all = Entries of the payment
entry-payment = Payment
entry-fee = Fee of the payment provider
entry-refund = Refund
entry-refund-failed = Refund that came back
entry-debit = Debit
entry-credit = Credit
refund-ask = Ask to give { $amount } back
refund-approve = Approve and give back
refund-withdraw = Withdraw
refund-requested = Refund of { $amount } waits for a second person since { $day }
refund-sending = Refund of { $amount } is on its way
refund-returned = { $amount } given back on { $day }
refund-failed = Refund of { $amount } failed on { $day }
refund-withdrawn = Refund of { $amount } of { $day } was withdrawn

