"""A frozen review sent to people: when it is worth a message, by mail and chat, never lost and not sent twice."""

from reliability.deliver.run import Outcome, deliver, send_again

__all__ = ["Outcome", "deliver", "send_again"]
