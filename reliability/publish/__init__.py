"""What leaves the browser: a frozen review as a file, and the check that a file still says what was frozen."""
