# The pages of customers.

