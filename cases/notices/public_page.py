"""A notice as the public reads it."""

from __future__ import annotations

from cases.models import NoticePage


def notice_context(notice: NoticePage) -> dict:
    """What the page of a notice shows beside its text."""
    return {"state": notice.state()}
