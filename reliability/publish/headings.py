"""What the lists of a review are headed, by their ids: their titles are findings."""

HEADINGS = {
    "customers": "Customers",
    "chronic": "Chronic issues",
    "gates": "Release gates",
    "waivers": "Exceptions",
}
