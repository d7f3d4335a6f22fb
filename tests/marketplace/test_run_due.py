"""What is due by the clock: done once, however often, late or at once it is asked for."""

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, PageLogEntry

from catalog.models import SolutionPage, Suspension
from marketplace import due
from marketplace.management.commands import run_due
from marketplace.models import ArticlePage
from providers.matching.lifecycle import announce_due_requests
from providers.matching.models import MatchRequest, Message, MessageKind
from providers.models import Notice, NoticeKind, Qualification
from providers.qualifications import reminders
from providers.withdrawal.suspending import lift, suspend
from search import Question, get_engine
from search.embedded_file import alias
from search.models import IndexedEntry, SearchVersion
from tests.matching import asking
from tests.pages import provider_of, signed_in, submitted
from tests.search.settling import settle

pytestmark = pytest.mark.usefixtures("demo_site")


@pytest.fixture(autouse=True)
def own_connection(monkeypatch):
    """The connection is the test's own, in a transaction that is rolled back."""
    monkeypatch.setattr(run_due, "close_old_connections", lambda: None)


@pytest.fixture(autouse=True)
def no_waiting(settings):
    """Nobody has to take as long as a person over the three steps of a request."""
    settings.REQUEST_MIN_SECONDS = 0


def report() -> dict[str, int]:
    out = StringIO()
    call_command("run_due", stdout=out)
    lines = (line.rpartition(": ") for line in out.getvalue().splitlines())
    return {label: int(count) for label, _colon, count in lines}


def test_every_job_reports_and_a_second_run_finds_nothing():
    first = report()
    assert list(first) == [job.label for job in due.JOBS]
    assert set(report().values()) == {0}


def test_a_failing_job_is_reported_and_stops_no_other(monkeypatch, caplog):
    def broken(now):
        raise RuntimeError("no such thing")

    done = []
    jobs = (
        due.Job("broken", broken),
        due.Job("fine", lambda now: done.append(now) or 3),
    )
    monkeypatch.setattr(due, "JOBS", jobs)
    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError, match="broken"):
        call_command("run_due", stdout=out, stderr=err)
    assert "fine: 3" in out.getvalue()
    assert "RuntimeError" in err.getvalue()
    assert len(done) == 1


# -- pages --------------------------------------------------------------------------------------


def test_pages_whose_time_is_over_are_unpublished_with_a_line_in_the_log():
    solution = provider_of("provider1").solutions.first()
    SolutionPage.objects.filter(pk=solution.pk).update(expire_at=timezone.now())
    assert due.expire_pages(timezone.now()) == 1
    solution.refresh_from_db()
    assert (solution.live, solution.expired) == (False, True)
    entries = PageLogEntry.objects.filter(page=solution.pk, action="wagtail.unpublish.scheduled")
    assert entries.count() == 1
    assert due.expire_pages(timezone.now()) == 0


def test_a_refused_version_is_reported_and_the_others_go_on(monkeypatch):
    first, second = ArticlePage.objects.live().order_by("pk")[:2]
    for article in (first, second):
        article.title = f"{article.title}（新）"
        article.go_live_at = timezone.now() + timedelta(hours=1)
        article.save_revision().publish()
    later = timezone.now() + timedelta(hours=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    save = ArticlePage.save

    def refuse(self, *args, **kwargs):
        if self.pk == first.pk:
            raise ValueError("refused")
        return save(self, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(ArticlePage, "save", refuse)
        with pytest.raises(due.PartlyDone) as partly:
            due.publish_scheduled(later)
    assert (partly.value.count, len(partly.value.refused)) == (1, 1)
    assert ArticlePage.objects.get(pk=second.pk).title.endswith("（新）")
    assert due.publish_scheduled(later) == 1
    assert ArticlePage.objects.get(pk=first.pk).title.endswith("（新）")
    assert due.publish_scheduled(later) == 0


def test_a_listing_does_not_slip_through_by_a_date():
    state = submitted("provider1")
    draft = SolutionPage.objects.get(pk=state.workflow_state.object_id)
    revision = draft.latest_revision
    revision.approved_go_live_at = timezone.now() - timedelta(hours=1)
    revision.save(update_fields=["approved_go_live_at"])
    with pytest.raises(due.PartlyDone):
        due.publish_scheduled(timezone.now())
    assert not Page.objects.get(pk=draft.pk).live


# -- index --------------------------------------------------------------------------------------


def test_a_qualification_that_ends_leaves_facet_and_index():
    provider = provider_of("provider1")
    row = provider.qualifications.valid().first()
    row.valid_to = timezone.localdate()
    row.save()
    # Yesterday's entry: it tells of the badge and says itself that its time is over.
    for held in (IndexedEntry.objects.using(alias()), SearchVersion.objects):
        held.filter(key=f"provider:{provider.pk}").update(
            stale_on=timezone.now() - timedelta(minutes=1)
        )
    Qualification.objects.filter(pk=row.pk).update(
        valid_to=timezone.localdate() - timedelta(days=1)
    )
    due.run(next(job for job in due.JOBS if job.label.startswith("index")), timezone.now())
    settle()
    held = provider.qualifications.valid().filter(type=row.type_id).exists()
    asked = Question(kind="provider", chosen={"qualification": (row.type_id,)})
    found = {hit.entry.url for hit in get_engine().ask(asked).hits}
    assert (provider.url in found) is held


def test_a_draft_that_cannot_go_holds_up_no_request(monkeypatch):
    def refuse(*_of):
        raise OSError("no such storage")

    erased = []
    monkeypatch.setattr(due, "expired_drafts", lambda: [1])
    monkeypatch.setattr(due, "remove_draft", refuse)
    monkeypatch.setattr(due, "expired_requests", lambda: [2])
    monkeypatch.setattr(due, "erase_request", erased.append)
    outcomes = [due.run(job, timezone.now()) for job in due.JOBS if "erased" in job.label]
    assert erased == [2]
    assert sum(bool(outcome.problems) for outcome in outcomes) == 1


# -- notices and messages -----------------------------------------------------------------------


def test_the_bureau_hears_once_of_an_overdue_first_review():
    state = submitted("provider1")
    Notice.objects.all().delete()
    late = timezone.now() + timedelta(days=30)
    told = due.tell_overdue_reviews(late)
    assert told >= 1
    assert due.tell_overdue_reviews(late) == 0
    rows = Notice.objects.filter(kind=NoticeKind.REVIEW_OVERDUE)
    assert {row.user.username for row in rows} == {"bureau"}
    assert any(str(state.pk) in row.path for row in rows)


def test_members_and_bureau_hear_once_of_a_hold_beyond_its_announced_end():
    provider, officer = provider_of("provider2"), get_user_model().objects.get(username="bureau")
    today = timezone.localdate()
    hold = suspend(provider, by=officer, reason="证书需要更新", until=today)
    told = Notice.objects.filter(kind=NoticeKind.SUSPENSION_OVERDUE)
    assert due.tell_overdue_suspensions(timezone.now()) == 0
    tomorrow = timezone.now() + timedelta(days=1)
    assert due.tell_overdue_suspensions(tomorrow) == 1
    assert {row.user.username for row in told} == {"bureau", "provider2"}
    for row in told:
        assert signed_in(row.user.username).get(row.path).status_code == 200
    assert due.tell_overdue_suspensions(tomorrow + timedelta(days=3)) == 0
    assert told.count() == 2
    lift(hold, by=officer, override_reason="证书已更新")
    Notice.objects.all().delete()
    assert due.tell_overdue_suspensions(tomorrow) == 0


def test_a_hold_without_an_announced_end_is_never_overdue():
    officer = get_user_model().objects.get(username="bureau")
    Suspension.objects.all().delete()
    suspend(provider_of("provider2"), by=officer, reason="证书需要更新")
    assert due.tell_overdue_suspensions(timezone.now() + timedelta(days=999)) == 0


def test_a_certificate_that_cannot_be_told_holds_up_no_other(monkeypatch):
    Qualification.objects.update(
        checked_on=timezone.localdate(), valid_to=timezone.localdate(), reminded=""
    )
    first, *others = Qualification.objects.order_by("pk")
    tell = reminders.tell_members

    def refuse_one(provider, kind, *, event, **about):
        if event.startswith(f"qualification{first.pk}:"):
            raise ValueError("refused")
        return tell(provider, kind, event=event, **about)

    monkeypatch.setattr(reminders, "tell_members", refuse_one)
    with pytest.raises(due.PartlyDone) as partly:
        due.remind(timezone.now())
    assert (partly.value.count, len(partly.value.refused)) == (len(others), 1)


def test_a_review_that_cannot_be_told_holds_up_no_other(monkeypatch):
    first, second = submitted("provider1"), submitted("provider2", "another")
    tell = due.tell_bureau

    def refuse_one(kind, *, event, **about):
        if event == f"step{first.pk}":
            raise ValueError("refused")
        return tell(kind, event=event, **about)

    monkeypatch.setattr(due, "tell_bureau", refuse_one)
    with pytest.raises(due.PartlyDone) as partly:
        due.tell_overdue_reviews(timezone.now() + timedelta(days=30))
    assert len(partly.value.refused) == 1
    assert Notice.objects.filter(path=reverse("review_detail", args=[second.pk])).exists()


def test_requests_are_announced_and_messages_delivered(client):
    asking.ask(client, asking.offer_of("provider1"))
    MatchRequest.objects.update(submitted_at=timezone.now(), sends_at=timezone.now())
    done = report()
    assert done["requests announced"] == 1
    assert done["messages delivered"] >= 1
    assert Message.objects.filter(kind=MessageKind.INVITED).count() == 1
    assert not Message.objects.waiting().exists()


def test_a_removed_member_and_a_late_run_do_no_harm():
    get_user_model().objects.filter(username="provider1").update(is_active=False)
    Qualification.objects.update(valid_to=timezone.localdate() + timedelta(days=3), reminded="")
    report()
    assert set(report().values()) == {0}


# -- again and again ----------------------------------------------------------------------------


def test_it_goes_round_until_it_is_stopped(monkeypatch, caplog):
    asking.ask(Client(), asking.offer_of("provider1"))
    MatchRequest.objects.update(submitted_at=timezone.now(), sends_at=timezone.now())
    pauses = []

    def broken(now):
        raise OSError("no database")

    failing = (due.Job("requests announced", broken),)
    working = (due.Job("requests announced", lambda now: announce_due_requests()),)

    def pause(length):
        pauses.append(length)
        if len(pauses) == 1:
            monkeypatch.setattr(due, "JOBS", working)
        if len(pauses) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(due, "JOBS", failing)
    monkeypatch.setattr(run_due.time, "sleep", pause)
    call_command("run_due", "--every", "5")
    assert pauses == [5, 5, 5]
    assert "no database" in caplog.text
    assert Message.objects.filter(kind=MessageKind.INVITED).count() == 1


@pytest.mark.parametrize("pause", ["0", "-1", "soon"])
def test_a_pause_is_at_least_a_second(pause):
    with pytest.raises(CommandError):
        call_command("run_due", "--every", pause)
