"""Guesses: what the columns of an export may be, by the look of their values and by their names.

Nothing here knows how a file is read or what is done with a guess.
"""

from reliability.guesses.examples import example_words, names_people
from reliability.guesses.guess import Guess, guess, guess_table
from reliability.guesses.looks import Profile, is_date, is_date_like, is_date_range, profile
from reliability.guesses.meaning import is_called, is_likely, meaning
from reliability.guesses.other_dates import is_other_date
from reliability.guesses.tests_and_drills import rows_of_tests
from reliability.guesses.zones import holds_zones, zone_of_name

__all__ = [
    "Guess",
    "Profile",
    "example_words",
    "guess",
    "guess_table",
    "holds_zones",
    "is_called",
    "is_date",
    "is_date_like",
    "is_date_range",
    "is_likely",
    "is_other_date",
    "meaning",
    "names_people",
    "profile",
    "rows_of_tests",
    "zone_of_name",
]
