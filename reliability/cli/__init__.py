"""The command line: `python -m reliability COMMAND`. Exit 0 fine, 1 a negative answer, 2 bad usage or bad input."""
