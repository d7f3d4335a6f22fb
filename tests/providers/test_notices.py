"""Notices: a row in the transaction, once, delivered after it, a link and no personal data."""

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core import mail
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from wagtail.models import Comment, PageSubscription

from marketplace.roles import BUREAU, LEAD
from providers import notices
from providers.delivery import channels
from providers.models import (
    Application,
    Channel,
    Dispatch,
    MemberInvitation,
    Notice,
    NoticeKind,
)
from tests.catalog.test_publication_gate import edit_form
from tests.pages import complete_draft, provider_of, signed_in

pytestmark = pytest.mark.usefixtures("demo_site")
KIND = NoticeKind.LISTING_SUSPENDED


@pytest.fixture(autouse=True)
def nothing_told_before():
    Notice.objects.all().delete()
    for path in settings.MAIL_DIR.glob("*.txt") if settings.MAIL_DIR.exists() else ():
        path.unlink()


@pytest.fixture
def provider():
    return provider_of("provider1")


def written() -> list[str]:
    return [path.read_text("utf-8") for path in sorted(settings.MAIL_DIR.glob("*.txt"))]


def test_members_are_told_once_for_each_event(provider):
    other = get_user_model().objects.create_user("left", is_active=False)
    other.groups.add(provider.team.group)
    assert notices.tell_members(provider, KIND, event="1") == 1
    assert notices.tell_members(provider, KIND, event="1") == 0
    assert notices.tell_members(provider, KIND, event="2") == 1
    assert {row.user.username for row in Notice.objects.all()} == {"provider1"}


def test_reviewers_and_the_bureau_are_told_by_group_and_by_permission():
    notices.tell_reviewers(Group.objects.filter(name=LEAD), NoticeKind.REVIEW_WAITING, event="1")
    notices.tell_bureau(NoticeKind.APPEAL_FILED, event="1")
    rows = Notice.objects.values_list("kind", "user__username")
    assert set(rows) == {("review_waiting", "lead"), ("appeal_filed", "bureau")}


def test_a_long_event_still_makes_one_key(provider):
    for _time in range(2):
        notices.tell_members(provider, KIND, event="x" * 500)
    assert Notice.objects.count() == 1


def test_delivery_happens_after_the_commit_and_once(provider, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        notices.tell_members(provider, KIND, event="1")
        assert written() == []
    assert len(written()) == 1
    assert Notice.objects.get().sent_at is not None
    assert notices.deliver_waiting() == 0


def test_a_notice_rolled_back_with_its_act_is_never_sent(provider):
    assert notices.deliver_waiting() == 0
    assert written() == []


def test_it_carries_a_link_and_no_personal_data(provider):
    member = get_user_model().objects.get(username="provider1")
    get_user_model().objects.filter(pk=member.pk).update(
        email="planted@example.com", last_name="张三"
    )
    notices.tell_members(provider, KIND, event="1", path="/admin/somewhere/")
    assert notices.deliver_waiting() == 1
    (text,) = written()
    assert settings.WAGTAILADMIN_BASE_URL + "/admin/somewhere/" in text
    assert provider.title in text
    for secret in ("planted@example.com", "张三", provider.contact_phone or "none"):
        assert secret not in text
    assert [letter.to for letter in mail.outbox] == [["planted@example.com"]]


def test_a_broken_channel_is_noted_and_tried_again(provider, monkeypatch):
    notices.tell_members(provider, KIND, event="1")

    def broken(letter):
        raise OSError("planted@example.com refused")

    with monkeypatch.context() as patch:
        patch.setitem(channels.CHANNELS, Channel.FILE, broken)
        assert notices.deliver_waiting() == 0
    row = Notice.objects.get()
    assert (row.sent_at, row.error) == (None, "OSError")
    assert notices.deliver_waiting() == 0  # not at once
    Dispatch.objects.update(next_try_at=timezone.now())
    assert notices.deliver_waiting() == 1


def test_the_log_tells_no_user_name(provider):
    notices.tell_members(provider, KIND, event="1")
    letter = notices.compose(Notice.objects.get())
    assert "provider1" not in letter.logged + letter.reader


def test_one_that_cannot_be_written_does_not_hold_up_the_others(provider):
    member = get_user_model().objects.get(username="provider1")
    Notice.objects.create(key="odd", kind="no_such_text", user=member)
    notices.tell_members(provider, KIND, event="1")
    assert notices.deliver_waiting() == 1
    assert Notice.objects.get(key="odd").error == "TemplateDoesNotExist"


def test_a_closed_account_gets_nothing(provider):
    notices.tell_members(provider, KIND, event="1")
    get_user_model().objects.filter(username="provider1").update(is_active=False)
    assert notices.deliver_waiting() == 0


def test_private_links_are_made_on_delivery_and_logged_nowhere(provider, settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    applied = Application.objects.create(company="演示公司", email="planted@example.com")
    invited = MemberInvitation.objects.create(
        team=provider.team, email="new@example.com", name="李四"
    )
    notices.tell_applicant(applied, NoticeKind.APPLICATION_RETURNED, event="1")
    notices.tell_invited(invited)
    assert notices.tell_invited(invited) is False
    try:
        links = [
            reverse("join_application", args=[applied.token]),
            reverse("join_invitation", args=[invited.token]),
        ]
    except NoReverseMatch:
        pytest.skip("the addresses of joining are not there")
    with caplog.at_level("INFO"):
        assert notices.deliver_waiting() == 2
    texts = "".join(written())
    for link, token in zip(links, (applied.token, invited.token), strict=True):
        assert link in texts
        assert token not in caplog.text
        assert not Notice.objects.filter(path__contains=token).exists()
    for secret in ("planted@example.com", "new@example.com", "李四"):
        assert secret not in texts + caplog.text


def test_the_bureau_is_who_decides_on_applications():
    officer = get_user_model().objects.create_user("officer2")
    officer.groups.add(Group.objects.get(name=BUREAU))
    assert {user.username for user in notices.bureau_officers()} == {"bureau", "officer2"}


def test_a_comment_in_the_editor_is_mailed_to_nobody():
    draft = complete_draft(provider_of("provider1"))
    officer = get_user_model().objects.get(username="bureau")
    get_user_model().objects.filter(pk=officer.pk).update(email="officer@example.com")
    PageSubscription.objects.create(page=draft, user=officer, comment_notifications=True)
    member = signed_in("provider1")
    new = {"id": "", "text": "只给同事看。", "contentpath": "tagline", "position": "", "DELETE": ""}
    form = edit_form(member, draft) | {f"comments-0-{name}": each for name, each in new.items()}
    for rows, count in (("comments", "1"), ("comments-0-replies", "0")):
        form |= {f"{rows}-TOTAL_FORMS": count, f"{rows}-INITIAL_FORMS": "0"}
    edit = reverse("wagtailadmin_pages:edit", args=[draft.pk])
    assert member.post(edit, form).status_code == 302
    assert Comment.objects.filter(page=draft).exists()
    assert mail.outbox == []
