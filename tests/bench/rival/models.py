"""A solution as a Django model that modelsearch indexes: the texts, and a field for each facet.

The facets are kept flat, several codes in one column, because modelsearch answers filters through
relations with nested documents, which are slower.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from modelsearch import index

from search.entries import Entry
from search.facets import KIND_FACETS

_RUN = re.compile(r"\w+")


class Codes(models.TextField):
    """Codes in one column, a space before and after each; in the index a list."""

    def get_prep_value(self, value: Iterable[str]) -> str:
        return f" {' '.join(value)} "

    def from_db_value(self, value: str, *args: Any) -> tuple[str, ...]:
        return tuple(value.split())

    def get_searchable_content(self, value: Iterable[str]) -> list[str]:
        return list(value)


@Codes.register_lookup
class CarriesAny(models.Lookup):
    """``facet__in=[…]``: at least one of the codes stands in the column."""

    lookup_name = "in"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Sequence[str], connection: Any) -> tuple[str, list[str]]:
        return "", [f"% {code} %" for code in value]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        _marks, patterns = self.get_db_prep_lookup(self.rhs, connection)
        either = " OR ".join(f"{column} LIKE %s" for _ in patterns)
        return f"({either})", [value for pattern in patterns for value in (*params, pattern)]


class Listing(index.Indexed, models.Model):
    """``content`` is what a page of results shows, as the other engines keep it."""

    title = models.TextField()
    summary = models.TextField()
    body = models.TextField()
    content = models.TextField()
    industry = Codes()
    scenario = Codes()
    price = Codes()
    delivery = Codes()
    deployment = Codes()
    pricing = Codes()
    level = Codes()
    size = Codes()
    goal = Codes()
    evidence = Codes()
    local = Codes()
    batch = Codes()
    provider = Codes()

    search_fields = [
        index.SearchField("title_runs", boost=8),
        index.SearchField("summary_runs", boost=3),
        index.SearchField("body_runs"),
        *(index.FilterField(key) for key in KIND_FACETS["solution"]),
    ]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def of(cls, entry: Entry) -> Listing:
        return cls(
            pk=entry.pk,
            title=entry.title,
            summary=entry.summary,
            body=f"{entry.body}\n{entry.unquoted}",
            content=entry.to_json(),
            **{key: entry.codes.get(key, ()) for key in KIND_FACETS["solution"]},
        )

    def title_runs(self) -> list[str]:
        return runs(self.title)

    def summary_runs(self) -> list[str]:
        return runs(self.summary)

    def body_runs(self) -> list[str]:
        return runs(self.body)


def runs(text: str) -> list[str]:
    """The text cut where no phrase may reach across, so that the same phrases are found in it."""
    return _RUN.findall(text)
