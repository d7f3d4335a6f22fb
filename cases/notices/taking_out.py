"""What becomes of a page that was taken out of a notice: it goes back, or is not taken up."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.dispatch import receiver
from wagtail.models import Page, TaskState

from cases.models import CasePage, Nomination, NoticeSubject, SubjectRecord
from cases.nominating.deciding import end_review, refuse
from cases.notices.subjects import subject_taken_out
from catalog.editing import take_for_writing


@receiver(subject_taken_out)
def go_on_with_its_page(
    sender, subject: NoticeSubject, fate: str, reason: str, by: AbstractBaseUser, **kwargs
) -> None:
    """Return the page's review with the reason, or end it and refuse the nomination."""
    page = subject.page and subject.page.specific
    if page is None or page.live:
        return
    if fate == SubjectRecord.Fate.COMPLETE:
        return_review(page, by=by, reason=reason)
        return
    nomination = Nomination.objects.open().filter(case=page.pk).first()
    if isinstance(page, CasePage) and nomination is not None:
        refuse(nomination, by=by, message=reason)
    else:
        end_review(page, by)


def return_review(page: Page, *, by: AbstractBaseUser, reason: str) -> None:
    """Return the running review to whoever submitted it, with the reason as its message."""
    take_for_writing(page.pk)
    state = page.current_workflow_task_state
    if state is not None and state.status == TaskState.STATUS_IN_PROGRESS:
        state.specific.reject(user=by, comment=reason)
