"""Release gates: may a change ship, and if not, what is missing and who gives it."""
