"""The demonstration's edition of the case collection, issued by the bureau."""

from __future__ import annotations

from django.contrib.auth import get_user_model

from cases.editions.issuing import issue_edition
from cases.models import CaseCollectionPage, CaseIndexPage, CasePage, CollectionEntry
from marketplace.demo.content import day, lines, picture, rich


def load_edition(row: dict) -> None:
    """Make and issue an edition, unless it is there."""
    index = CaseIndexPage.objects.get()
    if index.get_children().filter(slug=row["slug"]).exists():
        return
    cover = row["cover"]
    page = CaseCollectionPage(
        title=row["title"],
        slug=row["slug"],
        search_description=row["search_description"],
        subtitle=row["subtitle"],
        cover=picture(cover["title"], cover["motif"], cover["seed"]),
        cover_alt=cover["alt"],
        preface=rich(row["preface"]),
        chapters=row["chapters"],
        editor=row["editor"],
        dated_on=day(row["dated_on"]),
        contact=row["contact"],
        disclaimers=lines(row["disclaimers"]),
        live=False,
        is_demo=True,
    )
    page.entries = [
        CollectionEntry(
            sort_order=order, case=CasePage.objects.get(slug=item["case"]), note=item["note"]
        )
        for order, item in enumerate(row["entries"])
    ]
    index.add_child(instance=page)
    page.full_clean()
    page.save_revision()
    issue_edition(page, by=get_user_model().objects.get(username="bureau"))
