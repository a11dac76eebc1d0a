"""One quarter's review: composed once, shown everywhere."""
