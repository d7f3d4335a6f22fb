"""The values of every facet with their labels, in the language of the reader."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from operator import attrgetter
from typing import NamedTuple

from django.apps import apps
from django.db import connection
from django.db.models import BooleanField, Case, CharField, F, IntegerField, Q, Value, When
from django.db.models.functions import Cast
from django.utils.translation import get_language

from cases.models import CaseCollectionPage
from catalog.models import Synonym, variants_of
from providers.models import ProviderPage
from search.facets import FACETS, Facet


class _Row(NamedTuple):
    """A row of the one statement."""

    facet: str
    code: str
    rank: int
    name: str
    name_en: str
    group_name: str
    group_en: str
    shown: bool


_COLUMNS = _Row._fields
_in_order = attrgetter("facet", "rank", "code")
# Stands where a facet's key does, for the groups of synonyms.
_SYNONYMS = "~synonyms"


class FacetValue(NamedTuple):
    """``group`` is its group's label; an inactive value shows only where it is used."""

    code: str
    label: str
    group: str = ""
    is_active: bool = True


class Catalogue:
    """Facet key → code → value, in the order in which they are listed; and the synonyms."""

    def __init__(
        self,
        values: Mapping[str, Mapping[str, FacetValue]],
        synonyms: tuple[tuple[str, ...], ...] = (),
    ) -> None:
        self.values = values
        self.synonyms = synonyms

    def of(self, key: str) -> Mapping[str, FacetValue]:
        return self.values.get(key, {})

    def label(self, key: str, code: str | None) -> str:
        """The value's label; the code itself when it is unknown, nothing for nothing."""
        if code is None:
            return ""
        value = self.of(key).get(code)
        return value.label if value else code


def load_catalogue() -> Catalogue:
    """Every value of every facet and every group of synonyms, in one statement."""
    in_english = (get_language() or "").startswith("en")
    found: dict[str, dict[str, FacetValue]] = {}
    with connection.cursor() as cursor:
        cursor.execute(*_statement())
        stored = map(_Row._make, cursor.fetchall())
    for row in sorted(stored, key=_in_order):
        found.setdefault(row.facet, {})[row.code] = FacetValue(
            row.code,
            (in_english and row.name_en) or row.name,
            (in_english and row.group_en) or row.group_name,
            bool(row.shown),
        )
    for facet in FACETS.values():
        values = found.setdefault(facet.key, {})
        for code, label in facet.choices:
            values[code] = FacetValue(code, str(label))
    groups = found.pop(_SYNONYMS, {}).values()
    return Catalogue(found, tuple(tuple(variants_of(group.label)) for group in groups))


@cache
def _statement() -> tuple[str, tuple]:
    """The statement and its parameters, in which nothing depends on the day or the reader.

    Putting it together anew for every page would take longer than all the rest.
    """
    return _stored_values().query.sql_with_params()


def _stored_values():
    special = {"provider": _providers, "edition": _editions}
    queries = [
        special.get(facet.key, _terms)(facet) for facet in FACETS.values() if facet.vocabulary
    ]
    return _synonyms().union(*queries, all=True)


def _synonyms():
    return _as_rows(
        Synonym.objects.filter(is_active=True).order_by(),
        facet=_text(_SYNONYMS),
        code=Cast("pk", CharField()),
        rank=Cast("pk", IntegerField()),
        name=Cast("words", CharField()),
        name_en=_text(""),
        group_name=_text(""),
        group_en=_text(""),
        shown=Value(True),
    )


def _as_rows(queryset, **columns):
    """The queryset with exactly these columns, named and ordered as in every part of the union."""
    made = {f"value_{name}": expression for name, expression in columns.items()}
    return queryset.annotate(**made).values(*(f"value_{name}" for name in _COLUMNS))


def _text(value: str) -> Value:
    return Value(value, output_field=CharField())


def _terms(facet: Facet):
    grouped = facet.grouped
    rank = Cast("order", IntegerField())
    if grouped:
        # Groups first, then the order inside a group.
        rank = Cast("group__order", IntegerField()) * 1000 + rank
    return _as_rows(
        apps.get_model(facet.vocabulary).objects.order_by(),
        facet=_text(facet.key),
        code=Cast("code", CharField()),
        rank=rank,
        name=Cast("label", CharField()),
        name_en=Cast("label_en", CharField()),
        group_name=Cast("group__label", CharField()) if grouped else _text(""),
        group_en=Cast("group__label_en", CharField()) if grouped else _text(""),
        shown=Cast("is_active", BooleanField()),
    )


def _providers(facet: Facet):
    """Providers that were public once; those that are not now keep their solutions' label."""
    return _as_rows(
        ProviderPage.objects.unsuspended().exclude(first_published_at=None).order_by(),
        facet=_text(facet.key),
        code=Cast("slug", CharField()),
        rank=Value(0, output_field=IntegerField()),
        name=Cast("title", CharField()),
        name_en=_text(""),
        group_name=_text(""),
        group_en=_text(""),
        shown=Case(
            When(Q(live=True), then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        ),
    )


def _editions(facet: Facet):
    """Editions that were public once, the newest first."""
    return _as_rows(
        CaseCollectionPage.objects.exclude(first_published_at=None).order_by(),
        facet=_text(facet.key),
        code=Cast("slug", CharField()),
        rank=Cast(-F("pk"), IntegerField()),
        name=Cast("title", CharField()),
        name_en=_text(""),
        group_name=_text(""),
        group_en=_text(""),
        shown=Case(
            When(Q(live=True), then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        ),
    )
