"""Scrutiny: what was agreed when a promise was signed, and whether its verdict holds when it is judged otherwise."""
