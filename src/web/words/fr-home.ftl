# The home page.

