"""The facets, declared once: index, form, links, labels, API and tests derive from this list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from search.entries import Entry

# The value of the facet "industry" for what fits every chain.
GENERAL = "general"
# The only value of a yes-or-no facet.
YES = "1"


@dataclass(frozen=True)
class Band:
    """A span of amounts: above ``over``, up to and including ``up_to``; None is no limit."""

    code: str
    label: str | _StrPromise
    over: Decimal | None
    up_to: Decimal | None

    def holds(self, amount: Decimal | int) -> bool:
        return (self.over is None or amount > self.over) and (
            self.up_to is None or amount <= self.up_to
        )


# Upper price of the whole first year, in 万元.
PRICE_BANDS = (
    Band("0-5", _("up to 50,000 yuan"), None, Decimal(5)),
    Band("5-20", _("50,000 to 200,000 yuan"), Decimal(5), Decimal(20)),
    Band("20-", _("over 200,000 yuan"), Decimal(20), None),
)
# Days from order to hand-over.
DELIVERY_BANDS = (
    Band("0-15", _("up to 15 days"), None, Decimal(15)),
    Band("16-30", _("16 to 30 days"), Decimal(15), Decimal(30)),
    Band("31-", _("over 30 days"), Decimal(30), None),
)
# Investment of a case in hardware and software, in 万元.
INVESTMENT_BANDS = (
    Band("0-30", _("up to 300,000 yuan"), None, Decimal(30)),
    Band("30-100", _("300,000 to 1,000,000 yuan"), Decimal(30), Decimal(100)),
    Band("100-", _("over 1,000,000 yuan"), Decimal(100), None),
)


def band_of(bands: tuple[Band, ...], amount: Decimal | int | None) -> frozenset[str]:
    """The code of the band that holds the amount; nothing for an unknown amount."""
    if amount is None:
        return frozenset()
    return frozenset(band.code for band in bands if band.holds(amount))


@dataclass(frozen=True)
class Facet:
    """One way to narrow a result.

    ``vocabulary`` names the model whose terms are the values; otherwise ``fixed`` lists them as
    (code, label) in their order. ``bands`` are read from the entry's ``amount``; every other value
    is read from the entry's ``values``.
    """

    key: str
    label: str | _StrPromise
    vocabulary: str = ""
    fixed: tuple[tuple[str, str | _StrPromise], ...] = ()
    bands: tuple[Band, ...] = ()
    amount: str = ""
    grouped: bool = False
    # Another name where the facet means something else for a kind.
    labels: Mapping[str, str | _StrPromise] = field(default_factory=dict)

    def read(self, entry: Entry) -> frozenset[str]:
        """The entry's codes of this facet."""
        if self.amount:
            return band_of(self.bands, getattr(entry, self.amount))
        return entry.values.get(self.key, frozenset())

    def label_for(self, kind: str | None) -> str | _StrPromise:
        return self.labels.get(kind or "", self.label)

    @property
    def choices(self) -> tuple[tuple[str, str | _StrPromise], ...]:
        """Values that are known without the database."""
        return self.fixed + tuple((band.code, band.label) for band in self.bands)

    @property
    def is_flag(self) -> bool:
        return len(self.fixed) == 1 and not self.vocabulary


def _flag(key: str, label: str | _StrPromise) -> Facet:
    return Facet(key, label, fixed=((YES, label),))


_DECLARED = (
    Facet(
        "industry",
        _("Industry"),
        vocabulary="catalog.IndustryChain",
        fixed=((GENERAL, _("All industries")),),
    ),
    Facet("scenario", _("Business scenario"), vocabulary="catalog.Scenario", grouped=True),
    Facet("deployment", _("Deployment"), vocabulary="catalog.DeploymentMode"),
    Facet("pricing", _("Pricing model"), vocabulary="catalog.PricingModel"),
    Facet("price", _("Price of the first year"), bands=PRICE_BANDS, amount="price_max_wan"),
    Facet("delivery", _("Delivery time"), bands=DELIVERY_BANDS, amount="delivery_days"),
    Facet(
        "level",
        _("Target level"),
        vocabulary="catalog.ProvincialLevel",
        labels={"case": _("Level reached")},
    ),
    Facet("size", _("Company size"), vocabulary="catalog.CompanySize"),
    Facet("goal", _("Value goal"), vocabulary="catalog.ValueGoal"),
    Facet("provider", _("Provider"), vocabulary="providers.ProviderPage"),
    Facet("batch", _("Batch"), fixed=(("1", _("First batch")), ("2", _("Second batch")))),
    _flag("evidence", _("With a published case")),
    _flag("local", pgettext_lazy("facet", "Local service")),
    Facet("kind", _("Kind of provider"), vocabulary="catalog.ProviderKind"),
    Facet("qualification", _("Qualification"), vocabulary="catalog.QualificationType"),
    Facet("service", _("Service"), vocabulary="catalog.ServiceCategory"),
    Facet("mode", _("Mode of transformation"), vocabulary="catalog.TransformationMode"),
    _flag("benchmark", _("Benchmark cases only")),
    Facet("investment", _("Investment"), fixed=tuple((b.code, b.label) for b in INVESTMENT_BANDS)),
    Facet("edition", _("Edition"), vocabulary="cases.CaseCollectionPage"),
)

FACETS: dict[str, Facet] = {facet.key: facet for facet in _DECLARED}

# Which facets a kind has, in the order of its page; None is the page of all kinds.
KIND_FACETS: dict[str | None, tuple[str, ...]] = {
    "solution": (
        "industry",
        "scenario",
        "price",
        "delivery",
        "deployment",
        "pricing",
        "level",
        "size",
        "goal",
        "evidence",
        "local",
        "batch",
        "provider",
    ),
    "provider": ("kind", "scenario", "industry", "qualification", "local", "service"),
    "case": ("industry", "scenario", "level", "mode", "benchmark", "investment", "edition"),
    None: ("industry", "scenario"),
}


def facets_of(kind: str | None) -> tuple[Facet, ...]:
    return tuple(FACETS[key] for key in KIND_FACETS[kind])
