"""What the case file says about the enterprise's permission."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.case_file import Deed, FilePanel, register_panel
from cases.models import CasePage, PublicationPermission
from cases.permitting.asking import Answer, mark_of_latest
from cases.permitting.office_views import ASKS


@register_panel(order=20)
def permission_panel(request: HttpRequest, case: CasePage) -> FilePanel:
    rows = list(PublicationPermission.objects.filter(case=case))
    mark = mark_of_latest(case)
    may_ask = request.user.has_perm(ASKS)
    deeds = []
    if may_ask and not any(row.is_standing and row.content_mark == mark for row in rows):
        if not any(row.answer == Answer.WAITING and row.content_mark == mark for row in rows):
            deeds.append(
                Deed(
                    _("Ask the enterprise about this version"),
                    reverse("permission_ask", args=[case.pk]),
                    posts=True,
                )
            )
        deeds.append(Deed(_("Put in a signed paper"), reverse("permission_paper", args=[case.pk])))
    for row in rows if may_ask else ():
        deeds += deeds_of(row)
    return FilePanel(
        name="permission",
        title=_("Permission of the enterprise"),
        sentences=[words_of(row, mark) for row in rows] or [_("It was not asked yet.")],
        deeds=deeds,
    )


def deeds_of(row: PublicationPermission) -> list[Deed]:
    """What can be done with one permission."""
    deeds = []
    if row.answer == Answer.WAITING:
        deeds.append(Deed(_("Show link and code"), reverse("permission_keys", args=[row.pk])))
    if row.document and not row.withdrawn_at:
        deeds.append(Deed(_("Read the paper"), reverse("permission_document", args=[row.pk])))
        if not row.checked_at:
            deeds.append(
                Deed(_("The paper is in order"), reverse("permission_check", args=[row.pk]), True)
            )
    if row.answer == Answer.AGREED and not row.withdrawn_at:
        deeds.append(Deed(_("It was withdrawn"), reverse("permission_take_back", args=[row.pk])))
    return deeds


def words_of(row: PublicationPermission, mark: str) -> str:
    """One permission in a sentence."""
    last = row.withdrawn_at or row.answered_at or row.asked_at
    said = {
        "day": f"{timezone.localdate(last):%Y-%m-%d}",
        "who": f"{row.agreed_by} {row.agreed_role}".strip(),
        "answer": row.get_answer_display(),
        "version": _("this version") if row.content_mark == mark else _("another version"),
    }
    if row.withdrawn_at:
        return _("%(day)s: %(who)s has withdrawn the permission for %(version)s.") % said
    if row.answer == Answer.WAITING:
        return _("%(day)s: asked about %(version)s, not answered yet.") % said
    if row.document and not row.checked_at:
        return _("%(day)s: a paper signed by %(who)s for %(version)s waits to be checked.") % said
    sentence = _("%(day)s: %(who)s: %(answer)s (%(version)s).") % said
    return f"{sentence} {row.remark}".strip()
