"""The clock: reminders once, and the news that nobody takes a request on."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import CalendarDay
from catalog.workdays import add_working_days
from providers.matching.models import (
    Choice,
    Invitation,
    MatchRequest,
    Message,
    MessageKind,
)
from providers.matching.telling.reminders import remind_of_quotes, remind_to_answer, tell_unanswered
from tests.matching import answering, asking
from tests.pages import provider_of

pytestmark = pytest.mark.usefixtures("demo_site")

# A Tuesday; Wednesday to Friday are the working days to answer.
TUESDAY = date(2026, 6, 2)
FRIDAY = TUESDAY + timedelta(days=3)


def at(day: date, hour: int = 9) -> datetime:
    """That hour in Beijing, as the clock counts it."""
    return datetime.combine(day, time(hour), tzinfo=timezone.get_default_timezone()).astimezone(UTC)


def asked_on(day: date, *usernames: str, **changes) -> MatchRequest:
    """A request that reached the providers on that day at nine, answers due on the third after."""
    keys = [asking.offer_of(name) for name in usernames or ("provider1",)]
    request = asking.ask_and_send(Client(), *keys, **changes)
    sent = at(day)
    MatchRequest.objects.filter(pk=request.pk).update(submitted_at=sent, sends_at=sent)
    deadline = at(add_working_days(day, 3), 23) + timedelta(minutes=59, seconds=59)
    request.invitations.update(invited_at=sent, deadline_at=deadline)
    request.refresh_from_db()
    return request


def told(kind: MessageKind) -> int:
    return Message.objects.filter(kind=kind).count()


# -- to answer ----------------------------------------------------------------------------------


def test_one_working_day_before_the_deadline_and_once():
    asked_on(TUESDAY)
    assert remind_to_answer(at(TUESDAY + timedelta(days=1))) == 0
    thursday = at(TUESDAY + timedelta(days=2), 0)
    assert remind_to_answer(thursday) == 1
    assert remind_to_answer(thursday) == 0
    assert remind_to_answer(at(FRIDAY)) == 0
    assert told(MessageKind.ANSWER_REMINDER) == 1


def test_a_late_run_still_reminds_but_not_after_the_deadline():
    asked_on(TUESDAY)
    assert remind_to_answer(at(FRIDAY + timedelta(days=1))) == 0
    assert remind_to_answer(at(FRIDAY, 23)) == 1


def test_holidays_are_no_working_days():
    """With the Thursday made a holiday the deadline's eve is the Wednesday."""
    asked_on(TUESDAY)
    CalendarDay.objects.create(date=TUESDAY + timedelta(days=2), is_working_day=False, note="演示")
    assert remind_to_answer(at(TUESDAY + timedelta(days=1))) == 1


def test_who_has_answered_is_not_reminded():
    request = asked_on(TUESDAY)
    request.invitations.update(declined_at=at(TUESDAY, 10), decline_reason="capacity")
    assert remind_to_answer(at(TUESDAY + timedelta(days=2))) == 0


def test_nobody_is_reminded_on_the_day_of_the_request():
    request = asked_on(TUESDAY)
    request.invitations.update(deadline_at=at(TUESDAY + timedelta(days=1), 23))
    assert remind_to_answer(at(TUESDAY, 20)) == 0
    assert remind_to_answer(at(TUESDAY + timedelta(days=1))) == 1


def test_a_withdrawn_request_reminds_nobody():
    request = asked_on(TUESDAY)
    MatchRequest.objects.filter(pk=request.pk).update(withdrawn_at=timezone.now())
    assert remind_to_answer(at(TUESDAY + timedelta(days=2))) == 0


# -- of a quote ---------------------------------------------------------------------------------


@pytest.fixture
def promised() -> Invitation:
    """A quote promised on the Tuesday for the Friday."""
    row = asked_on(TUESDAY).invitations.get()
    Invitation.objects.filter(pk=row.pk).update(
        interested_at=at(TUESDAY), visit_on=FRIDAY, quote_due_on=FRIDAY
    )
    return row


def test_a_quote_is_reminded_of_before_and_after_once_each(promised):
    assert remind_of_quotes(at(TUESDAY + timedelta(days=1))) == 0
    for moment in (at(TUESDAY + timedelta(days=2)), at(FRIDAY)):
        remind_of_quotes(moment)
    assert told(MessageKind.QUOTE_REMINDER) == 1
    for moment in (at(FRIDAY + timedelta(days=1), 0), at(FRIDAY + timedelta(days=5))):
        remind_of_quotes(moment)
    assert told(MessageKind.QUOTE_REMINDER) == 2
    assert remind_of_quotes(at(FRIDAY + timedelta(days=9))) == 0


def test_a_late_run_tells_only_that_the_day_has_passed(promised):
    assert remind_of_quotes(at(FRIDAY + timedelta(days=3))) == 1
    assert remind_of_quotes(at(FRIDAY + timedelta(days=3))) == 0


def test_a_quote_that_came_is_not_reminded_of(promised):
    Invitation.objects.update(quoted_at=at(TUESDAY, 12))
    assert remind_of_quotes(at(FRIDAY + timedelta(days=1))) == 0


# -- nobody -------------------------------------------------------------------------------------


def test_when_the_time_has_passed_enterprise_and_office_hear_it_once():
    asked_on(TUESDAY, "provider1", "provider2")
    assert tell_unanswered(at(FRIDAY)) == 0
    after = at(FRIDAY + timedelta(days=1), 0)
    assert tell_unanswered(after) == 1
    assert tell_unanswered(after) == 0
    rows = Message.objects.filter(kind=MessageKind.NOBODY_ANSWERED)
    assert rows.filter(audience="enterprise").count() == 1
    assert rows.filter(audience="office").exists()


def test_when_all_have_declined_it_is_told_before_the_deadline():
    request = asked_on(TUESDAY, "provider1", "provider2")
    first, second = request.invitations.all()
    for row in (first, second):
        assert tell_unanswered(at(TUESDAY, 12)) == 0
        Invitation.objects.filter(pk=row.pk).update(
            declined_at=at(TUESDAY, 10), decline_reason="capacity"
        )
    assert tell_unanswered(at(TUESDAY, 12)) == 1


def test_a_wider_circle_that_stays_silent_is_told_anew():
    request = asked_on(TUESDAY)
    late = at(FRIDAY + timedelta(days=1))
    assert tell_unanswered(late) == 1
    now = timezone.now()
    Invitation.objects.create(
        request=request,
        provider=provider_of("provider2"),
        invited_at=now,
        deadline_at=now + timedelta(days=3),
    )
    assert tell_unanswered(now) == 0
    assert tell_unanswered(now + timedelta(days=4)) == 1
    assert tell_unanswered(now + timedelta(days=5)) == 0


def test_one_that_withdraws_its_reply_leaves_nobody():
    row = asked_on(TUESDAY).invitations.get()
    Invitation.objects.filter(pk=row.pk).update(interested_at=at(TUESDAY), visit_on=FRIDAY)
    late = at(FRIDAY + timedelta(days=1))
    assert tell_unanswered(late) == 0
    Invitation.objects.filter(pk=row.pk).update(
        withdrawn_at=at(FRIDAY), withdrawal_reason="人手不足。"
    )
    assert tell_unanswered(late) == 1


@pytest.mark.parametrize("ending", ["withdrawn_at", "none_suitable_at"])
def test_nothing_is_told_of_what_has_ended(ending):
    request = asked_on(TUESDAY)
    MatchRequest.objects.filter(pk=request.pk).update(**{ending: timezone.now()})
    assert tell_unanswered(at(FRIDAY + timedelta(days=1))) == 0


def test_nothing_is_told_once_a_provider_is_chosen():
    request = asked_on(TUESDAY)
    Invitation.objects.update(declined_at=None)
    Choice.objects.create(request=request, invitation=request.invitations.get())
    assert tell_unanswered(at(FRIDAY + timedelta(days=1))) == 0


def test_one_that_fails_holds_up_no_other(monkeypatch):
    from catalog.batches import PartlyDone
    from providers.matching.telling import outbox

    first = asked_on(TUESDAY)
    asked_on(TUESDAY, phone="13800000009", company="演示乙公司")
    tell = outbox.tell_enterprise

    def refuse(request, *args, **kwargs):
        if request.pk == first.pk:
            raise RuntimeError("no such thing")
        return tell(request, *args, **kwargs)

    late = at(FRIDAY + timedelta(days=1))
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "tell_enterprise", refuse)
        with pytest.raises(PartlyDone) as partly:
            tell_unanswered(late)
    assert (partly.value.count, len(partly.value.refused)) == (1, 1)
    assert tell_unanswered(late) == 1


def test_an_answer_is_not_reminded_of_after_all(client):
    """The page's own way, from the question to the answer."""
    row = asked_on(TUESDAY).invitations.get()
    Invitation.objects.update(deadline_at=timezone.now() + timedelta(hours=1))
    answering.interested(row)
    assert remind_to_answer(timezone.now()) == 0


def test_a_deadline_set_anew_is_reminded_of_anew():
    row = asked_on(TUESDAY).invitations.get()
    assert remind_to_answer(at(TUESDAY + timedelta(days=2))) == 1
    later = row.deadline_at + timedelta(days=7)
    Invitation.objects.filter(pk=row.pk).update(deadline_at=later)
    day = timezone.localtime(later).date() - timedelta(days=1)
    assert remind_to_answer(at(day)) == 1
    assert remind_to_answer(at(day)) == 0
