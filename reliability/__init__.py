"""Executive reliability dashboard: exports go in, SQL turns them into facts, one Review says how the quarter went."""

import os

__version__ = "0.1.0"

# NumPy and SciPy each begin a thread a core for products of large matrices, of which there are none here: a fifth of a
# second of processor time at every start. They ask once, when they are imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
