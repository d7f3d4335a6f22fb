"""Cases that resemble a case: by industry and by what they were about, each with its reason."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cases.models import CasePage, CaseSolution
from catalog.models import IndustryChain, PainPoint, Scenario, SolutionPage

MOST = 3
# Words that say what two cases share; more would be read by nobody.
MOST_NAMED = 3


@dataclass(frozen=True)
class Traits:
    """What a case is about, by the codes of its terms."""

    industries: frozenset[str] = frozenset()
    scenarios: frozenset[str] = frozenset()
    pain_points: frozenset[str] = frozenset()

    def shared(self, other: Traits) -> Traits:
        return Traits(
            self.industries & other.industries,
            self.scenarios & other.scenarios,
            self.pain_points & other.pain_points,
        )

    @property
    def weight(self) -> tuple[int, int, int]:
        """The industry counts first, then what was done, then what the trouble was."""
        return len(self.industries), len(self.scenarios), len(self.pain_points)


@dataclass(frozen=True)
class Related:
    """A case, and in words what it has in common."""

    case: CasePage
    why: str


def related_cases(case: CasePage, limit: int = MOST) -> list[Related]:
    """Listed cases with most in common; equal ones in the order of a hash, which favours no name.

    The scenarios are those of the listed solutions that a case used. The number of queries does
    not depend on the number of cases, and of all but those shown only codes are read.
    """
    listed = CasePage.objects.listed()
    traits = traits_of(listed)
    mine = traits.pop(case.pk, None) or traits_of(CasePage.objects.filter(pk=case.pk))[case.pk]
    shared = {pk: mine.shared(other) for pk, other in traits.items()}
    alike = [pk for pk, common in shared.items() if any(common.weight)]

    def rank(pk: int) -> tuple:
        tie = hashlib.sha256(f"related:{case.pk}:{pk}".encode()).hexdigest()
        return tuple(-count for count in shared[pk].weight), tie

    chosen = sorted(alike, key=rank)[:limit]
    shown = (
        listed.filter(pk__in=chosen)
        .defer_streamfields()
        .select_related("level_before", "level_after", "benchmark")
        .prefetch_related("industries", "indicators__indicator")
    )
    pages = {page.pk: page for page in shown}
    names = names_of(shared[pk] for pk in chosen)
    return [Related(pages[pk], words(shared[pk], names)) for pk in chosen if pk in pages]


def traits_of(cases: QuerySet) -> dict[int, Traits]:
    """The traits of cases by their ids, in four queries."""
    found: dict[int, dict[str, set]] = {
        pk: {"industries": set(), "scenarios": set(), "pain_points": set()}
        for pk in cases.order_by().values_list("pk", flat=True)
    }
    numbers = cases.order_by().values("pk")
    for name in ("industries", "pain_points"):
        through = getattr(CasePage, name).through.objects.filter(casepage__in=numbers)
        column = CasePage._meta.get_field(name).m2m_reverse_field_name()
        for pk, code in through.values_list("casepage_id", f"{column}_id"):
            if pk in found:
                found[pk][name].add(code)
    used = CaseSolution.objects.filter(
        case__in=numbers, solution__in=SolutionPage.objects.listed().order_by().values("pk")
    )
    rows = used.filter(solution__scenarios__isnull=False)
    for pk, code in rows.values_list("case_id", "solution__scenarios"):
        if pk in found:
            found[pk]["scenarios"].add(code)
    return {
        pk: Traits(**{name: frozenset(codes) for name, codes in kinds.items()})
        for pk, kinds in found.items()
    }


@dataclass
class Names:
    """What terms are called in the language of the reader, in their own order."""

    of: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))

    def say(self, kind: str, codes: Iterable[str]) -> list[str]:
        wanted = set(codes)
        return [name for code, name in self.of[kind].items() if code in wanted]


def names_of(commons: Iterable[Traits]) -> Names:
    """The names of all that is shared, in three queries."""
    commons, names = list(commons), Names()
    models = {"industries": IndustryChain, "scenarios": Scenario, "pain_points": PainPoint}
    for kind, model in models.items():
        codes = {code for common in commons for code in getattr(common, kind)}
        for term in model.objects.filter(pk__in=codes):
            names.of[kind][term.pk] = term.name
    return names


def words(common: Traits, names: Names) -> str:
    """What two cases share, in one sentence."""
    between = _(", ")
    matters = [
        *names.say("scenarios", common.scenarios),
        *names.say("pain_points", common.pain_points),
    ]
    said = {
        "industries": between.join(names.say("industries", common.industries)),
        "matters": between.join(list(dict.fromkeys(matters))[:MOST_NAMED]),
    }
    if common.industries and matters:
        return _("Also %(industries)s, also about: %(matters)s") % said
    if common.industries:
        return _("Also %(industries)s") % said
    return _("Also about: %(matters)s") % said
