"""Statistics: pure functions on arrays; they know nothing of stores, settings or words."""
