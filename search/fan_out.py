"""Keys that stand for many entries, and the entries that tell something of a page.

A renamed provider stands in its solutions and cases. Which ones is asked when the index is written,
after the change was committed: a solution that another editor published meanwhile is among them.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from wagtail.models import Page

from cases.models import CaseIndicator, CasePage, IssuedCase
from catalog.models import Indicator, Term
from search.building import MODELS
from search.reading import dependents

_BELOW, _CARRIERS, _CASES = "below", "carriers", "cases"
# Every live case.
CASES = f"{_CASES}:all"


def below(page: Page) -> str:
    """Stands for a page, everything beneath it, and what tells something of them.

    Beneath an edition lie the cases of its issues.
    """
    return f"{_BELOW}:{page.pk}"


def carriers(term: Term) -> str:
    """Stands for the entries whose text holds the wording of a term."""
    return f"{_CARRIERS}:{term._meta.label}:{term.pk}"


def expand(keys: Iterable[str]) -> set[str]:
    """The keys of entries behind these keys as the database stands now."""
    found: set[str] = set()
    for key in keys:
        what, _, name = key.partition(":")
        if what in MODELS:
            found.add(key)
        elif what == _BELOW:
            found |= _keys_below(int(name))
        elif what == _CARRIERS:
            label, _, code = name.partition(":")
            found |= _keys_carrying(label, code)
        elif what == _CASES:
            found |= {f"case:{pk}" for pk in CasePage.objects.live().values_list("pk", flat=True)}
        else:
            raise ValueError(f"{key!r} stands for nothing that is searched.")
    return found


def _keys_below(pk: int) -> set[str]:
    path = Page.objects.filter(pk=pk).values_list("path", flat=True).first()
    if path is None:
        return set()
    kinds = {ContentType.objects.get_for_model(model).pk: kind for kind, model in MODELS.items()}
    pages = Page.objects.filter(path__startswith=path, content_type__in=kinds)
    rows = list(pages.values_list("pk", "content_type"))
    keys = {f"{kinds[content_type]}:{number}" for number, content_type in rows}
    # Cases say which editions they stand in.
    issued = IssuedCase.objects.filter(issue__collection__path__startswith=path)
    keys |= {f"case:{case}" for case in issued.values_list("case_id", flat=True)}
    return keys | dependents(number for number, _ in rows)


def _keys_carrying(label: str, code: str) -> set[str]:
    model = apps.get_model(label)
    if model is Indicator:
        cases = CaseIndicator.objects.filter(indicator=code).values_list("case_id", flat=True)
        return {f"case:{pk}" for pk in cases} | dependents(cases)
    keys: set[str] = set()
    for relation in model._meta.related_objects:
        for kind, page_model in MODELS.items():
            if relation.related_model is page_model:
                pages = page_model._base_manager.filter(**{relation.field.name: code})
                keys |= {f"{kind}:{pk}" for pk in pages.values_list("pk", flat=True)}
    return keys
