"""What changes an entry reaches every index, noted in the change's own transaction.

What is public now is read from the database after each change, whichever way the change came; no
handler trusts a signal's name.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models.signals import (
    m2m_changed,
    post_delete,
    post_save,
    pre_delete,
    pre_save,
)
from django.dispatch import receiver
from wagtail.images import get_image_model
from wagtail.models import Page, PageViewRestriction, ReferenceIndex

from cases.models import (
    BenchmarkDecision,
    CaseCollectionPage,
    CasePage,
    PublicationPermission,
)
from catalog.models import (
    ListingPage,
    PainPoint,
    Recognition,
    Scenario,
    SolutionPage,
    Suspension,
    Term,
)
from providers.models import ProviderPage, ProviderStanding, Qualification
from search import embedded_engine
from search.building import MODELS, key_of
from search.fan_out import CASES, below, carriers, expand
from search.indexing import host_file
from search.indexing.outbox import record
from search.reading import ContentReader, dependents

if TYPE_CHECKING:
    from django.db.models import Model

# Columns of a page that say nothing to the public; saving a draft writes only these.
_BOOKKEEPING = frozenset(
    "draft_title has_unpublished_changes latest_revision latest_revision_created_at locked "
    "locked_at locked_by owner".split()
)
# What of a term stands in entries: its words, and its rank among the other terms of a page. The
# other labels are read when a page is shown.
_WORDING = ("label", "label_en", "unit", "direction", "order")
# What lies beside pages, with the kind of the page and the field that names it.
_BESIDE = {
    Recognition: ("solution", "solution_id"),
    BenchmarkDecision: ("case", "case_id"),
    # An edition shows a case while the permission stands for what it says there.
    PublicationPermission: ("case", "case_id"),
    ProviderStanding: ("provider", "provider_id"),
    Qualification: ("provider", "provider_id"),
}


def refresh(
    keys: Iterable[str],
    *,
    saving: ListingPage | None = None,
    moved: tuple[str, str] | None = None,
) -> None:
    """Have every index read these keys again.

    Tables in the site's own database are written at once, with the change; every other index
    reads after the change was committed, and is told by the outbox.
    """
    asked = set(keys)
    if not asked:
        return
    record(asked)
    if not host_file.is_needed():
        documents = expand(asked)
        engine = embedded_engine()
        entries = ContentReader(saving, moved).read(documents)
        engine.put(entries)
        engine.drop(documents - {entry.key for entry in entries})


def _own_and_dependent(page: ListingPage) -> set[str]:
    """Keys that the public content of this page enters.

    Those that the database names now are listed, since a change may end that; those that it will
    name once the change is committed are asked for then.
    """
    keys = {key_of(page), below(page), *dependents([page.pk])}
    if isinstance(page, ProviderPage):
        solutions = SolutionPage.objects.child_of(page).values_list("pk", flat=True)
        keys |= {f"solution:{pk}" for pk in solutions}
    if isinstance(page, CasePage):
        # What it names from now on; what it named before stands in the database still.
        keys |= {
            f"solution:{use.solution_id}" for use in page.used_solutions.all() if use.solution_id
        }
        keys |= {
            f"provider:{use.provider_id}" for use in page.used_providers.all() if use.provider_id
        }
    return keys


# -- pages -----------------------------------------------------------------------------------------


@receiver(pre_save)
def remember_address(sender: type[Model], instance: Model, **kwargs) -> None:
    """Keep the address that the database holds, to tell a move from an edit."""
    if isinstance(instance, Page) and instance.pk:
        stored = Page.objects.filter(pk=instance.pk).values_list("url_path", flat=True).first()
        instance._address_before = stored


@receiver(post_save)
def page_saved(
    sender: type[Model],
    instance: Model,
    raw: bool,
    update_fields: frozenset[str] | None,
    **kwargs,
) -> None:
    if not isinstance(instance, Page) or raw:
        return
    if update_fields is not None and set(update_fields) <= _BOOKKEEPING:
        return
    keys: set[str] = set()
    moved = None
    before = getattr(instance, "_address_before", None)
    if before and before != instance.url_path:
        moved = (before, instance.url_path)
        keys.add(below(instance))
    saving = None
    if isinstance(instance, ListingPage):
        keys |= _own_and_dependent(instance)
        # With some fields only, memory may hold a draft beside them: the database is the truth.
        saving = instance if update_fields is None else None
    elif instance.specific_class in MODELS.values():
        keys |= _own_and_dependent(instance.specific_class.objects.get(pk=instance.pk))
    elif instance.specific_class is CaseCollectionPage:
        keys.add(below(instance))
    refresh(keys, saving=saving, moved=moved)


# -- what goes -------------------------------------------------------------------------------------


def _telling_of(instance: Model) -> set[str]:
    """Keys of the entries that tell something of a page, a term or a picture."""
    if isinstance(instance, ListingPage):
        return _own_and_dependent(instance)
    if isinstance(instance, Term):
        # Cases without a listed solution take their scenarios from their pain points.
        further = {CASES} if isinstance(instance, Scenario) else set()
        return expand([carriers(instance)]) | further
    if isinstance(instance, get_image_model()):
        named = ReferenceIndex.get_references_to(instance).values_list("object_id", flat=True)
        cases = CasePage.objects.filter(pk__in=list(named)).values_list("pk", flat=True)
        return {f"case:{pk}" for pk in cases}
    return set()


@receiver(pre_delete)
def about_to_go(sender: type[Model], instance: Model, **kwargs) -> None:
    """Ask what tells of it while the database still knows."""
    if keys := _telling_of(instance):
        instance._told_by = keys


@receiver(post_delete)
def gone(sender: type[Model], instance: Model, **kwargs) -> None:
    if keys := getattr(instance, "_told_by", None):
        refresh(keys)


# -- what hides pages, and what lies beside them ---------------------------------------------------


def remember_decision(sender: type[Model], instance: Model, **kwargs) -> None:
    """Keep what the database holds: a decision may be moved to another page."""
    instance._before = sender._base_manager.filter(pk=instance.pk).first()


def _before_and_now(instance: Model, name: str) -> set[int]:
    """The pages that a decision names and has named until now, by the field that does."""
    versions = (instance, getattr(instance, "_before", None))
    return {getattr(version, name) for version in versions if version is not None}


@receiver([post_save, post_delete], sender=PageViewRestriction)
@receiver([post_save, post_delete], sender=Suspension)
def visibility_changed(
    sender: type[Model], instance: PageViewRestriction | Suspension, **kwargs
) -> None:
    # While a page is being deleted its restrictions go first.
    pages = Page.objects.filter(pk__in=_before_and_now(instance, "page_id"))
    refresh(map(below, pages))


def decision_changed(sender: type[Model], instance: Model, **kwargs) -> None:
    kind, name = _BESIDE[sender]
    refresh(f"{kind}:{pk}" for pk in _before_and_now(instance, name))


for _model in (PageViewRestriction, Suspension, *_BESIDE):
    for _signal in (pre_save, pre_delete):
        _signal.connect(remember_decision, sender=_model)
for _model in _BESIDE:
    post_save.connect(decision_changed, sender=_model)
    post_delete.connect(decision_changed, sender=_model)


# -- vocabularies ----------------------------------------------------------------------------------


@receiver(pre_save)
def remember_wording(sender: type[Model], instance: Model, **kwargs) -> None:
    if isinstance(instance, Term):
        instance._wording_before = sender.objects.filter(pk=instance.pk).first()


@receiver(post_save)
def term_saved(sender: type[Model], instance: Model, **kwargs) -> None:
    """A renamed term stands in the text of entries; a new one stands in none yet."""
    if not isinstance(instance, Term) or instance._wording_before is None:
        return
    if all(
        getattr(instance, name, None) == getattr(instance._wording_before, name, None)
        for name in _WORDING
    ):
        return
    refresh([carriers(instance)])


@receiver(m2m_changed, sender=PainPoint.scenarios.through)
def pain_point_scenarios_changed(action: str, **kwargs) -> None:
    """Cases without a listed solution take their scenarios from their pain points."""
    if action.startswith("post_"):
        refresh([CASES])


# -- one commit ------------------------------------------------------------------------------------

# Outside a transaction a row is committed before its signal is sent, and what the signal writes
# would be lost with a process that ends between the two. Pages save themselves in one.
for _model in (PageViewRestriction, Suspension, Term, *_BESIDE):
    _model.save = transaction.atomic(_model.save)
