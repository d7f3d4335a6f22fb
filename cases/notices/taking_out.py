"""What becomes of a page that was taken out of a notice: it goes back, or is not taken up."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.dispatch import receiver
from django.utils import timezone
from wagtail.models import Page, TaskState

from cases.models import Nomination, NoticeSubject, SubjectRecord
from cases.nominating.deciding import end_review, refuse, tell_nominator
from cases.notices.subjects import subject_taken_out
from catalog.editing import take_for_writing
from providers.models import NoticeKind


@receiver(subject_taken_out)
def go_on_with_its_page(
    sender, subject: NoticeSubject, fate: str, reason: str, by: AbstractBaseUser, **kwargs
) -> None:
    """Return the page's review with the reason, or end it and refuse the nomination."""
    page = subject.page and subject.page.specific
    if page is None or page.live:
        return
    nomination = Nomination.objects.open().filter(case=page.pk).first()
    if fate == SubjectRecord.Fate.COMPLETE:
        is_told = return_review(page, by=by, reason=reason)
        if nomination is not None:
            return_case(nomination, subject, reason, is_told=is_told)
    elif nomination is not None:
        refuse(nomination, by=by, message=reason)
    else:
        end_review(page, by)


def return_review(page: Page, *, by: AbstractBaseUser, reason: str) -> bool:
    """Return the running review to whoever submitted it, with the reason as its message.

    Whether there was one: its author hears of that by itself.
    """
    take_for_writing(page.pk)
    state = page.current_workflow_task_state
    if state is None or state.status != TaskState.STATUS_IN_PROGRESS:
        return False
    state.specific.reject(user=by, comment=reason)
    return True


def return_case(
    nomination: Nomination, subject: NoticeSubject, reason: str, *, is_told: bool
) -> None:
    """Keep with the nomination why its case goes back, and tell who nominated it."""
    now = timezone.now()
    Nomination.objects.filter(pk=nomination.pk).update(
        returned_at=now, message=reason, changed_at=now
    )
    if not is_told:
        tell_nominator(nomination, NoticeKind.CASE_INCOMPLETE, event=f"subject{subject.pk}")
