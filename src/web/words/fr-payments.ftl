# Paying and paid.

