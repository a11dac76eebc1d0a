"""Executive reliability dashboard: exports go in, SQL turns them into facts, one Review says how the quarter went."""

__version__ = "0.1.0"
