"""Severity words: which level (1 worst, 5 least) a tool's whole text stands for by default.

What is in no list is read in parts: see severity_phrases.py.
"""

# P0 and SEV0 are level 1: where they exist they are worse than P1, never less.
# "Critical" is level 1 in most tools; a company whose Jira keeps it below "Blocker" moves it in review.toml.
DEFAULT_WORDS: dict[int, tuple[str, ...]] = {
    1: (
        *(
            "P1",
            "P0",
            "Priority 1",
            "S1",
            "S0",
            "SEV1",
            "SEV0",
            "SEV-1",
            "SEV-0",
            "SEV 1",
            "SEV 0",
            "Severity 1",
        ),
        *(
            "1",
            "1 - Critical",
            "Critical",
            "Blocker",
            "Highest",
            "Urgent",
            "Emergency",
            "Fatal",
            "SERVICE_OUTAGE",
        ),
    ),
    2: (
        *("P2", "Priority 2", "S2", "SEV2", "SEV-2", "SEV 2", "Severity 2"),
        *("2", "2 - High", "High", "Major", "SERVICE_DISRUPTION"),
    ),
    3: (
        *("P3", "Priority 3", "S3", "SEV3", "SEV-3", "SEV 3", "Severity 3"),
        *("3", "3 - Moderate", "3 - Medium", "Moderate", "Medium", "Normal", "Minor", "Warning"),
    ),
    4: (
        *("P4", "Priority 4", "S4", "SEV4", "SEV-4", "SEV 4", "Severity 4"),
        *("4", "4 - Low", "Low", "Trivial", "SERVICE_INFORMATION"),
    ),
    5: (
        *("P5", "Priority 5", "S5", "SEV5", "SEV-5", "SEV 5", "Severity 5"),
        *("5", "5 - Planning", "Planning", "Lowest", "None", "Info", "Informational"),
    ),
}


def normal_word(word: str) -> str:
    """Fold a severity word for comparison: "1 -  critical" is "1 - Critical"."""
    return " ".join(word.split()).casefold()


def merged_words(own: dict[int, tuple[str, ...]]) -> dict[int, tuple[str, ...]]:
    """Add an organisation's words to the default ones; a word that it gives leaves its default level."""
    taken = {normal_word(word) for words in own.values() for word in words}
    return {
        level: own.get(level, ()) + tuple(word for word in words if normal_word(word) not in taken)
        for level, words in DEFAULT_WORDS.items()
    }
