"""Reviews as they were presented: kept in the journal, with what they were made from, and read again later."""

from reliability.review.frozen.freezing import freeze
from reliability.review.frozen.record import KIND, VERSION, FrozenReview, Kept
from reliability.review.frozen.shelf import find, frozen_reviews, newest
from reliability.review.frozen.thawing import thaw

__all__ = ["KIND", "VERSION", "FrozenReview", "Kept", "find", "freeze", "frozen_reviews", "newest", "thaw"]
