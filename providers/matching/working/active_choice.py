"""The choice that stands, held while an act on its work is written."""

from __future__ import annotations

from providers.matching.lifecycle import MovedOnError, locked
from providers.matching.models import Choice, RequestState


def hold(choice: Choice) -> Choice:
    """The choice as it is now, with its request locked until the transaction ends.

    Every act on the work takes the request's lock first, so that two of them never interleave.

    Raises:
        MovedOnError: it has fallen through, or the enterprise has given the request up.
    """
    request = locked(choice.request)
    current = request.choices.active().filter(pk=choice.pk).first()
    if current is None or request.state() != current.stage:
        raise MovedOnError
    current.request = request
    return current


def demand(choice: Choice, *states: RequestState) -> None:
    """Refuse an act that does not fit where the work stands.

    Raises:
        MovedOnError: the work is in none of these states.
    """
    if choice.stage not in states:
        raise MovedOnError
