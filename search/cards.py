"""What a result shows, in the reader's language, from the entry alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _
from wagtail.images import get_image_model
from wagtail.images.models import AbstractImage

from cases.models import Change
from catalog.wording import days, wan, wan_band
from providers.models import ProviderStanding
from search.entries import Entry
from search.labels import Catalogue
from search.question import Hit

# Renditions of a case's picture; the template asks for the same ones.
PICTURE_FILTERS = tuple(
    f"format-{kind}|fill-{size}"
    for kind in ("avif", "webp", "jpeg")
    for size in ("400x225", "800x450")
)

# A card names at most so many values of a facet.
_MOST_NAMES = 5


@dataclass(frozen=True)
class Fact:
    label: str
    text: str


@dataclass
class Card:
    """``foot`` holds (text, address or nothing); ``badges`` stand after it."""

    kind_name: str
    url: str
    title: SafeString
    lede: SafeString
    excerpt: SafeString
    facts: list[Fact] = field(default_factory=list)
    foot: list[tuple[str, str]] = field(default_factory=list)
    badges: list[str] = field(default_factory=list)
    image: AbstractImage | None = None


def cards_of(hits: Iterable[Hit], catalogue: Catalogue, *, pictures: bool) -> list[Card]:
    """The cards of a page of results; pictures, where wanted, come in one statement."""
    listed = list(hits)
    wanted = {hit.entry.card.get("picture") for hit in listed if pictures} - {None}
    images = _images(wanted) if wanted else {}
    return [_card(hit, catalogue, images) for hit in listed]


def _images(pictures: set[int]) -> dict[int, AbstractImage]:
    """The pictures with the renditions that a card shows; missing ones are made on showing."""
    model = get_image_model()
    renditions = model.get_rendition_model().objects.filter(
        image__in=pictures, filter_spec__in=PICTURE_FILTERS
    )
    images: dict[int, AbstractImage] = {}
    for rendition in renditions.select_related("image"):
        image = images.setdefault(rendition.image_id, rendition.image)
        image.__dict__.setdefault("prefetched_renditions", []).append(rendition)
    missing = pictures - images.keys()
    if missing:
        images |= model.objects.in_bulk(missing)
    return images


def kind_name(kind: str) -> str:
    """What one result of a kind is called."""
    return {"solution": _("Solution"), "provider": _("Provider"), "case": _("Case")}[kind]


def _card(hit: Hit, catalogue: Catalogue, images: dict) -> Card:
    entry = hit.entry
    card = Card(
        kind_name=kind_name(entry.kind),
        url=entry.url,
        title=mark_safe(hit.title_html),
        lede=mark_safe(hit.summary_html),
        excerpt=mark_safe(hit.excerpt_html),
        image=images.get(entry.card.get("picture")),
    )
    _FILL[entry.kind](card, entry, catalogue)
    return card


def _solution(card: Card, entry: Entry, catalogue: Catalogue) -> None:
    facts = entry.card
    card.facts.append(Fact(_("First year"), price_text(facts["price"])))
    if facts["delivery_days"]:
        card.facts.append(Fact(_("Delivery"), days(facts["delivery_days"])))
    levels = [facts["level_from"], facts["level_to"]]
    if any(levels):
        names = [code for code in levels if code]
        card.facts.append(Fact(_("Level (reference)"), "→".join(names)))
    if modes := _labels(entry, "deployment", catalogue):
        card.facts.append(Fact(_("Deployment"), modes))
    if facts["cases"]:
        card.facts.append(Fact(_("Evidence"), evidence_text(facts["cases"], facts["figure"])))
    provider = facts["provider"]
    if provider:
        card.foot.append((provider["name"], provider["url"]))
        if provider["local_team_size"]:
            card.foot.append((_local_team(provider["local_team_size"]), ""))
    if facts["batch"]:
        card.badges.append(catalogue.label("batch", str(facts["batch"])))


def _provider(card: Card, entry: Entry, catalogue: Catalogue) -> None:
    facts = entry.card
    for label, key in (
        (_("Kind"), "kind"),
        (_("Business scenarios"), "scenario"),
        (_("Industries"), "industry"),
        (_("Qualifications"), "qualification"),
    ):
        if names := _labels(entry, key, catalogue):
            card.facts.append(Fact(label, names))
    if facts["cases"]:
        card.facts.append(Fact(_("Evidence"), evidence_text(facts["cases"], None)))
    card.foot.append((facts["legal_name"], ""))
    if facts["local_team_size"]:
        card.foot.append((_local_team(facts["local_team_size"]), ""))
    if facts["tier"] == ProviderStanding.Tier.LEAD:
        card.badges.append(str(ProviderStanding.Tier.LEAD.label))


def _case(card: Card, entry: Entry, catalogue: Catalogue) -> None:
    facts = entry.card
    for figure in facts["figures"]:
        card.facts.append(Fact(_figure_name(figure), _change(figure).text))
    levels = [code for code in (facts["level_before"], facts["level_after"]) if code]
    if levels:
        names = "→".join(levels)
        card.facts.append(Fact(_("Level"), names))
    if facts["investment_wan"] is not None:
        card.facts.append(Fact(_("Investment"), wan(Decimal(facts["investment_wan"]))))
    elif band := _labels(entry, "investment", catalogue):
        card.facts.append(Fact(_("Investment"), band))
    card.foot.append((facts["enterprise"] or _("An enterprise of the county"), ""))
    if facts["benchmark"]:
        card.badges.append(_("Benchmark"))


_FILL = {"solution": _solution, "provider": _provider, "case": _case}


def _labels(entry: Entry, key: str, catalogue: Catalogue) -> str:
    """The entry's values of a facet in the facet's own order; a long list is shortened."""
    carried = entry.values.get(key, frozenset())
    names = [value.label for code, value in catalogue.of(key).items() if code in carried]
    if len(names) <= _MOST_NAMES:
        return _(", ").join(names)
    named = _(", ").join(names[: _MOST_NAMES - 1])
    return _("%(names)s and others, %(number)d in all") % {"names": named, "number": len(names)}


def price_text(price: dict | None) -> str:
    """The whole first year's price as a reader compares it."""
    if price is None:
        return pgettext("price", "on request")
    low = None if price["min_wan"] is None else Decimal(price["min_wan"])
    high = Decimal(price["max_wan"])
    return _("free of charge") if high == 0 else wan_band(low, high)


def evidence_text(cases: int, figure: dict | None) -> str:
    """Such as "2 cases, pass rate +2.4 percentage points"."""
    number = ngettext("%(cases)d case", "%(cases)d cases", cases) % {"cases": cases}
    if figure is None:
        return number
    return _("%(cases)s, %(name)s %(change)s") % {
        "cases": number,
        "name": _figure_name(figure),
        "change": _change(figure).text,
    }


def _figure_name(figure: dict) -> str:
    in_english = (get_language() or "").startswith("en")
    return (in_english and figure["label_en"]) or figure["label"]


def _change(figure: dict) -> Change:
    before, after = Decimal(figure["before"]), Decimal(figure["after"])
    return Change(before, after, figure["unit"], figure["direction"])


def _local_team(people: int) -> str:
    return _("Local team of %(people)s") % {"people": people}
