"""A case page from what an enterprise said, for the office to complete."""

from __future__ import annotations

from decimal import Decimal

from django.core.files.images import ImageFile
from django.utils.html import escape
from django.utils.translation import gettext as _
from wagtail.images import get_image_model

from cases.models import (
    CaseIndexPage,
    CaseIndicator,
    CasePage,
    CaseProvider,
    CaseSolution,
    Nomination,
    NominationFile,
)
from catalog.models import Evidence
from catalog.slugs import free_slug
from providers.matching.models import Enterprise

PLAIN = (
    "title summary is_anonymous main_products headcount_band revenue_band data_and_integration "
    "investment_wan software_wan hardware_wan months completed_on level_before level_after "
    "payback_months preconditions entry_threshold fits pitfalls"
).split()
RICH = "profile needs path_text results next_steps".split()
TERMS = "industries pain_points modes".split()


def make_case(nomination: Nomination, cleaned: dict, *, by) -> CasePage:
    """The draft below Cases, with its figures, pictures and proofs; ``cleaned`` as of the steps."""
    index = CaseIndexPage.objects.get()
    taken = set(index.get_children().values_list("slug", flat=True))
    page = CasePage(
        live=False,
        slug=free_slug(cleaned["title"], taken),
        enterprise=Enterprise.objects.filter(uscc=cleaned["uscc"]).first()
        if cleaned["uscc"]
        else None,
        enterprise_name=cleaned["company"],
        anonymous_name=anonymous_name(cleaned["industries"]) if cleaned["is_anonymous"] else "",
        **{name: cleaned[name] for name in PLAIN},
        **{name: rich(cleaned[name]) for name in RICH},
    )
    page.indicators = [
        CaseIndicator(sort_order=order, **row) for order, row in enumerate(cleaned["figures"])
    ]
    page.used_solutions = [
        *[CaseSolution(solution=solution) for solution in cleaned["solutions"]],
        *[CaseSolution(text=line) for line in lines(cleaned["other_solutions"])],
    ]
    page.used_providers = [
        *[CaseProvider(provider=provider) for provider in cleaned["providers"]],
        *[CaseProvider(text=line) for line in lines(cleaned["other_providers"])],
    ]
    for rows in (page.used_solutions.all(), page.used_providers.all()):
        for place, row in enumerate(rows):
            row.sort_order = place
    page.pictures = [picture_of(file) for file in nomination.files.filter(kind="picture")]
    index.add_child(instance=page)
    for name in TERMS:
        getattr(page, name).set(cleaned[name])
    page.save_revision(user=by, clean=False)
    for file in nomination.files.filter(kind=NominationFile.Kind.PROOF):
        keep_proof(file, page)
    return page


def anonymous_name(industries) -> str:
    """What stands in the place of the name: its trade (design: Cases)."""
    names = [industry.name for industry in industries]
    return _("an enterprise of the trade “%(trade)s”") % {"trade": "、".join(names[:2])}


def rich(text: str) -> str:
    """Paragraphs as they were parted by line ends."""
    return "".join(f"<p>{escape(line)}</p>" for line in lines(text))


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def picture_of(file: NominationFile) -> tuple[str, dict]:
    """A picture of the nomination as a block; the site's own copy of it is public once used."""
    with file.file.open("rb") as stored:
        image = get_image_model()(
            title=file.name, description=file.name, file=ImageFile(stored, name="case.jpg")
        )
        image.save()
    shown = {"image": image, "alt": file.name, "caption": file.name}
    return "picture", shown | {"people": file.people, "screens": file.screens}


def keep_proof(file: NominationFile, page: CasePage) -> None:
    """The same file as a proof of the page, private as before."""
    proof = Evidence(
        page=page.page_ptr,
        name=file.name,
        kind=file.evidence_kind or Evidence.Kind.CLAIM,
        indicator=file.indicator,
    )
    with file.file.open("rb") as stored:
        proof.file.save(file.file.name.rpartition("/")[2], stored, save=False)
    proof.save()


def amount(value: Decimal | None) -> str:
    """An amount as it is typed into a form."""
    return "" if value is None else f"{value.normalize():f}"
