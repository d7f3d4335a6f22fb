"""What the parts of this app say about one case on its page in the office: the case file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from django.http import HttpRequest

from cases.models import CasePage


@dataclass(frozen=True)
class Deed:
    """Something that can be done: a link, or a button where it ``posts``."""

    label: str
    url: str
    posts: bool = False


@dataclass(frozen=True)
class FilePanel:
    """One part of the file: sentences, then what can be done."""

    name: str
    title: str
    sentences: list[str] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)


PanelMaker = Callable[[HttpRequest, CasePage], FilePanel | None]
_makers: list[tuple[int, PanelMaker]] = []


def register_panel(order: int) -> Callable[[PanelMaker], PanelMaker]:
    """Have a part shown on every case file, in this order; the reader may do with it as it says."""

    def register(make: PanelMaker) -> PanelMaker:
        _makers.append((order, make))
        return make

    return register


def panels_of(request: HttpRequest, case: CasePage) -> list[FilePanel]:
    made = [make(request, case) for _order, make in sorted(_makers, key=lambda row: row[0])]
    return [panel for panel in made if panel is not None]
