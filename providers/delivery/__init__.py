"""Handing messages over: each row claimed by one process, made into a letter, sent once.

Whoever keeps rows of its own (``providers.notices``, ``providers.matching.telling.outbox``,
``providers.messages.robots``) says with a ``Source`` what a row tells and whom; claiming, channels
and what becomes of a failure are the same for all.
"""

from providers.delivery.channels import RefusedError
from providers.delivery.letters import (
    Letter,
    address_of,
    subject_and_text,
    why_account,
    write_letter,
)
from providers.delivery.reasons import in_words
from providers.delivery.robot_answers import RobotError
from providers.delivery.robots import post as post_to_robot
from providers.delivery.rounds import deliver_waiting
from providers.delivery.sources import Source, register, source_named, source_of, sources

__all__ = [
    "Letter",
    "RefusedError",
    "RobotError",
    "Source",
    "address_of",
    "deliver_waiting",
    "in_words",
    "post_to_robot",
    "register",
    "source_named",
    "source_of",
    "sources",
    "subject_and_text",
    "why_account",
    "write_letter",
]
