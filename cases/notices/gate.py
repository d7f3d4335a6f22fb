"""What a public notice has to say before a case or a solution is public for the first time."""

from __future__ import annotations

from django.dispatch import receiver
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.models import Page

from cases.models import CasePage, CaseRules, NoticeSubject, Objection, SubjectRecord
from cases.models.notices import today
from cases.notices.recording import said_hash
from catalog.models import ListingPage, SolutionPage, publication_conditions


@receiver(publication_conditions, sender=CasePage)
def case_has_been_on_notice(sender, page: CasePage, **kwargs) -> list[str]:
    return notice_blockers(page) if CaseRules.current().cases_need_notice else []


@receiver(publication_conditions, sender=SolutionPage)
def solution_has_been_on_notice(sender, page: SolutionPage, **kwargs) -> list[str]:
    return notice_blockers(page) if CaseRules.current().solutions_need_notice else []


def notice_blockers(page: ListingPage) -> list[str]:
    """What is missing of the public notice; nothing for what was public before."""
    if page.pk is None or was_public(page):
        return []
    subject = latest_subject(page.pk)
    if subject is None:
        return [_("It has not been on a public notice yet.")]
    record, notice = subject.record, subject.notice
    if record.taken_out_at:
        return [_("It was taken out of the public notice: %(reason)s") % reason_of(record)]
    found = []
    if notice.starts_on > today() or notice.ends_on >= today():
        day = {"day": date_format(notice.ends_on, "Y-m-d")}
        found.append(_("Its public notice runs until %(day)s.") % day)
    if record.content_hash != said_hash(page):
        found.append(_("It was changed after it was put on public notice; put it on notice again."))
    return [*found, *objection_blockers(subject)]


def reason_of(record: SubjectRecord) -> dict[str, str]:
    return {"reason": record.taken_out_because}


def was_public(page: Page) -> bool:
    """Whether it was public before; the page in memory says so too early."""
    return Page.objects.filter(pk=page.pk, first_published_at__isnull=False).exists()


def latest_subject(page_id: int) -> NoticeSubject | None:
    """The page's place on the notice that was last published and not withdrawn."""
    public = NoticeSubject.objects.filter(
        page=page_id, record__isnull=False, notice__record__withdrawn_at=None
    )
    rows = public.select_related("notice__record", "record")
    return rows.order_by("notice__record__published_at", "pk").last()


def objection_blockers(subject: NoticeSubject) -> list[str]:
    """Objections about the subject, or about the whole notice, that hold it up."""
    about = Objection.objects.filter(notice=subject.notice_id)
    about = about.filter(subject=subject) | about.filter(subject=None)
    found = []
    if about.undecided().exists():
        found.append(_("Whether an objection to it is admitted has not been decided yet."))
    if about.unanswered().exists():
        found.append(_("An objection to it was admitted and is not answered yet."))
    if about.upheld().exists():
        found.append(_("An objection to its public notice was upheld."))
    return found
