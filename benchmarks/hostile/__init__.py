"""Bad days in numbers: exports, journal, warehouse and frozen reviews damaged, writers killed, disks filled, crowds."""
