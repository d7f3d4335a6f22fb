"""What an edition still lacks before it may be issued."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from cases.anonymity import is_named_in, texts_of
from cases.models import CaseCollectionPage, CasePage, PublicationPermission
from cases.models.permissions import fingerprint_of


def edition_blockers(collection: CaseCollectionPage) -> list[str]:
    """Sentences that name what is missing; ``collection`` as it stands in memory."""
    cases = [entry.case_id for entry in collection.entries.all()]
    shown = CasePage.objects.listed().filter(pk__in=cases)
    listed = {page.pk: page for page in shown.select_related("live_revision", "enterprise")}
    found = []
    if not cases:
        found.append(_("No case is chosen."))
    if not collection.editor.strip():
        found.append(_("The imprint does not say who edited it."))
    if not collection.contact.strip():
        found.append(_("The imprint gives no contact."))
    if collection.cover and not collection.cover_alt.strip():
        found.append(_("The cover picture has no alternative text."))
    anonymous = [page for page in listed.values() if page.is_anonymous]
    said = texts_of(collection) if anonymous else []
    found += [
        _("The enterprise of “%(title)s” stays anonymous but is named.") % {"title": page.title}
        for page in anonymous
        if is_named_in(page, said)
    ]
    return found + case_blockers(cases, listed)


def case_blockers(cases: Iterable[int], listed: dict[int, CasePage]) -> list[str]:
    """What keeps single cases out: not on the site, or without permission for what it says."""
    titles = dict(CasePage.objects.filter(pk__in=list(cases)).values_list("pk", "title"))
    agreed = set(
        PublicationPermission.objects.standing()
        .filter(case__in=listed)
        .values_list("case", "content_mark")
    )
    found = []
    for pk in cases:
        if pk not in listed:
            found.append(_("“%(case)s” is not on the site now.") % {"case": titles[pk]})
        elif (pk, fingerprint_of(listed[pk].live_revision.content)) not in agreed:
            found.append(
                _("The enterprise’s permission for “%(case)s” does not stand for what it says now.")
                % {"case": titles[pk]}
            )
    return found
