"""What a case's file in the office says of its public notice."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.case_file import Deed, FilePanel, register_panel
from cases.models import CasePage, NoticeSubject, Objection
from cases.notices.gate import latest_subject, objection_blockers
from cases.notices.telling import SEES


@register_panel(order=40)
def notice_panel(request: HttpRequest, case: CasePage) -> FilePanel | None:
    """Its latest notice, where it stands, and what holds it up."""
    if not request.user.has_perm(SEES):
        return None
    subject = latest_subject(case.pk)
    title = _("Public notice")
    if subject is None:
        return FilePanel("notice", title, [_("It has not been on a public notice yet.")])
    return FilePanel("notice", title, sentences_about(subject), [deed_to(subject)])


def deed_to(subject: NoticeSubject) -> Deed:
    return Deed(_("To the notice"), reverse("notices_notice", args=[subject.notice_id]))


def sentences_about(subject: NoticeSubject) -> list[str]:
    """The notice with its period and state, then objections and a removal."""
    notice, record = subject.notice, subject.record
    found = [
        _("%(title)s: %(first)s to %(last)s, %(state)s")
        % {
            "title": notice.title,
            "first": notice.starts_on.isoformat(),
            "last": notice.ends_on.isoformat(),
            "state": notice.state().label,
        }
    ]
    if record.taken_out_at:
        found.append(
            _("It was taken out of the public notice: %(reason)s")
            % {"reason": record.taken_out_because}
        )
    filed = Objection.objects.filter(subject=subject, withdrawn_at=None).count()
    found.append(_("Objections to it: %(count)s") % {"count": filed})
    return [*found, *objection_blockers(subject)]
