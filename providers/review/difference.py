"""What a submitted version says differently from the public one, field by field."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.safestring import SafeString
from django.utils.translation import pgettext_lazy
from wagtail.models import Page

from catalog.advertising import Finding, Match, Words
from catalog.contents import Content, contents_of
from providers.review.marks import compared, marked, plain

# Kept from reviewers outside the office: design: Providers, internal contact.
INTERNAL = frozenset({"contact_name", "contact_phone", "contact_email"})


class Change(models.TextChoices):
    """How a field or a row stands against the public version; said in a word, not in colour."""

    SAME = "same", pgettext_lazy("difference", "unchanged")
    ADDED = "added", pgettext_lazy("difference", "new")
    REMOVED = "removed", pgettext_lazy("difference", "removed")
    CHANGED = "changed", pgettext_lazy("difference", "changed")


@dataclass(frozen=True)
class Line:
    """One row of a field in both versions, with the words found in the submitted one."""

    change: Change
    before: SafeString
    after: SafeString
    matches: tuple[Match, ...] = ()


@dataclass(frozen=True)
class Difference:
    """One field in both versions."""

    name: str
    label: str
    is_list: bool
    lines: tuple[Line, ...]

    @property
    def change(self) -> Change:
        changes = {line.change for line in self.lines}
        return changes.pop() if len(changes) == 1 else Change.CHANGED

    @property
    def is_changed(self) -> bool:
        return self.change != Change.SAME

    @property
    def has_matches(self) -> bool:
        return any(line.matches for line in self.lines)


def differences(
    public: Page | None,
    submitted: Page,
    *,
    with_internal: bool = False,
    with_unnamed: bool = True,
) -> list[Difference]:
    """Every field that either version fills in, in the order of the form.

    Before the first publication ``public`` is ``None``, and everything is new. Internal contacts
    are left out unless ``with_internal``; customers that may not be named, and what would tell an
    anonymous one, unless ``with_unnamed``.
    """
    new = contents_of(submitted, with_withheld=with_unnamed)
    before = contents_of(public, with_withheld=with_unnamed) if public else ()
    old = {content.name: content for content in before}
    findings = Words().findings(new)
    return [
        difference(old.get(content.name), content, findings)
        for content in new
        if (with_internal or content.name not in INTERNAL)
        and (content.rows or (content.name in old and old[content.name].rows))
    ]


def difference(old: Content | None, new: Content, findings: Sequence[Finding]) -> Difference:
    """One field; the rows of a list are paired, so that each is compared with its own."""
    matches: dict[int, list[Match]] = {}
    for finding in findings:
        if finding.name == new.name:
            matches.setdefault(finding.row, []).append(finding.match)
    before = old.texts if old else []
    lines = tuple(
        line(
            before[left] if left is not None else None,
            new.texts[right] if right is not None else None,
            tuple(matches.get(right, ())) if right is not None else (),
        )
        for left, right in pairs(before, new.texts)
    )
    return Difference(new.name, new.label, new.is_list, lines)


def pairs(old: list[str], new: list[str]) -> Iterator[tuple[int | None, int | None]]:
    """Rows that belong together, by place; ``None`` where one version has no such row."""
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for _kind, start, end, new_start, new_end in matcher.get_opcodes():
        for step in range(max(end - start, new_end - new_start)):
            left = start + step if start + step < end else None
            right = new_start + step if new_start + step < new_end else None
            yield left, right


def line(before: str | None, after: str | None, matches: tuple[Match, ...]) -> Line:
    if before is None:
        return Line(Change.ADDED, SafeString(), plain(after, matches), matches)
    if after is None:
        return Line(Change.REMOVED, plain(before), SafeString())
    if before == after:
        return Line(Change.SAME, plain(before), plain(after, matches), matches)
    left, right = compared(before, after)
    return Line(Change.CHANGED, marked(left, "del"), marked(right, "ins", matches), matches)
