"""Chat robots' keys in the database: never plain, readable after a new SECRET_KEY, else entered."""

from __future__ import annotations

from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from providers import notices
from providers.delivery import robots as chats
from providers.messages import robots
from providers.messages.robot_keeping import close_keys_anew
from providers.models import ChatRobot, ChatService, Dispatch, NoticeKind
from tests.pages import page_text, provider_of, signed_in

KEY = "693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa"
SECRET = "SEC0123456789abcdef"
WECOM = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}"
OTHER = "another-secret-key-of-the-site-with-more-than-fifty-characters-0123456789"


@pytest.fixture
def posted(monkeypatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(chats, "tell", lambda *args, **kwargs: found.append(args[1]))
    cache.clear()
    return found


@pytest.fixture
def robot(demo_site, posted) -> ChatRobot:
    team = provider_of("provider1").team
    team.owners.add(get_user_model().objects.get(username="provider1"))
    return ChatRobot.objects.create(
        team=team, service=ChatService.DINGTALK, token="abc123def456", secret=SECRET, name="群"
    )


@pytest.fixture
def unreadable(robot, settings) -> ChatRobot:
    """As after SECRET_KEY was replaced and the former one forgotten."""
    settings.SECRET_KEY = OTHER
    return robot


def columns(robot: ChatRobot) -> str:
    return repr(ChatRobot.objects.filter(pk=robot.pk).values_list().get())


def test_neither_database_nor_export_nor_repr_holds_a_key(robot):
    exported = StringIO()
    call_command("dumpdata", "providers.chatrobot", stdout=exported)
    for place in (columns(robot), exported.getvalue(), repr(robot), str(robot)):
        assert "abc123def456" not in place
        assert SECRET not in place
    kept = ChatRobot.objects.get(pk=robot.pk)
    assert (kept.token, kept.secret, kept.masked) == ("abc123def456", SECRET, "…f456")


def test_the_same_key_twice_is_closed_differently_and_known_again(robot):
    other = ChatRobot(team=robot.team, service=robot.service, token=robot.token)
    assert other.sealed_token != robot.sealed_token
    assert other.token_mark == robot.token_mark


def test_a_new_secret_key_reads_with_the_former_one_and_closes_anew(robot, settings):
    former = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = OTHER, [former]
    kept = ChatRobot.objects.get(pk=robot.pk)
    assert (kept.token, kept.secret) == ("abc123def456", SECRET)
    kept.save()
    settings.SECRET_KEY_FALLBACKS = []
    kept = ChatRobot.objects.get(pk=robot.pk)
    assert (kept.token, kept.secret) == ("abc123def456", SECRET)


def test_the_clock_closes_anew_what_nobody_saves(robot, settings):
    now = timezone.now()
    assert close_keys_anew(now) == 0
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], OTHER
    assert close_keys_anew(now) == 1
    assert close_keys_anew(now) == 0
    settings.SECRET_KEY_FALLBACKS = []
    assert ChatRobot.objects.get(pk=robot.pk).token == "abc123def456"


def test_what_no_key_opens_is_kept_as_it_is(unreadable):
    before = columns(unreadable)
    ChatRobot.objects.get(pk=unreadable.pk).save()
    assert close_keys_anew(timezone.now()) == 0
    assert columns(unreadable) == before


def test_a_damaged_key_is_unreadable_and_breaks_no_page(robot):
    ChatRobot.objects.filter(pk=robot.pk).update(sealed_token="gAAAAA-damaged")
    kept = ChatRobot.objects.get(pk=robot.pk)
    assert not kept.is_readable
    answer = signed_in("provider1").get(reverse("chat_robots"))
    assert answer.status_code == 200


def test_an_unreadable_key_is_told_entered_anew_and_what_waited_goes_out(unreadable, posted):
    owner = signed_in("provider1")
    notices.tell_members(unreadable.team.provider, NoticeKind.LISTING_PUBLISHED, event="1")
    assert robots.deliver_waiting() == 0
    waiting = Dispatch.objects.troubled().get(channel="robot")
    assert (waiting.error, waiting.bounced_at) == ("ChatKeyUnreadable", None)
    text = page_text(owner.get(reverse("chat_robots")))
    address = reverse("chat_robot_key", args=[unreadable.pk])
    assert address in text
    assert reverse("chat_robot_try", args=[unreadable.pk]) not in text
    trial = owner.post(reverse("chat_robot_try", args=[unreadable.pk]), follow=True)
    assert trial.status_code == 200
    assert [message.level_tag for message in trial.context["messages"]] == ["error"]

    assert owner.get(address).status_code == 200
    wrong = owner.post(address, {"address": "https://example.com/"})
    assert wrong.status_code == 422
    assert owner.post(address, {"address": WECOM}).status_code == 302
    kept = ChatRobot.objects.get(pk=unreadable.pk)
    assert (kept.service, kept.token, kept.secret) == (ChatService.WECOM, KEY, "")
    assert ModelLogEntry.objects.filter(action="providers.rekey_robot").count() == 1
    assert KEY not in repr(list(ModelLogEntry.objects.values_list()))
    Dispatch.objects.filter(pk=waiting.pk).update(next_try_at=timezone.now())
    assert robots.deliver_waiting() == 1
    assert posted == [WECOM]


def test_the_key_of_another_robot_in_the_list_is_refused(unreadable):
    ChatRobot.objects.create(
        team=unreadable.team, service=ChatService.WECOM, token=KEY, name="另一群"
    )
    address = reverse("chat_robot_key", args=[unreadable.pk])
    assert signed_in("provider1").post(address, {"address": WECOM}).status_code == 422


def test_only_the_keeper_enters_a_key(unreadable):
    office = ChatRobot.objects.create(service=ChatService.WECOM, token=KEY, name="办公")
    own, offices = (
        reverse(name, args=[row.pk])
        for name, row in (("chat_robot_key", unreadable), ("office_robot_key", office))
    )
    sent = {"address": f"{WECOM}x"}
    provider_of("provider1").team.owners.clear()
    for username, address in (
        ("provider1", own),
        ("provider2", own),
        ("provider1", offices),
        ("committee", offices),
    ):
        assert signed_in(username).get(address).status_code == 404
        assert signed_in(username).post(address, sent).status_code == 404
    assert signed_in("bureau").post(reverse("office_robot_key", args=[unreadable.pk]), sent)
    assert signed_in("bureau").post(offices, sent).status_code == 302
    assert ChatRobot.objects.get(pk=office.pk).token == f"{KEY}x"
    assert columns(unreadable) == columns(ChatRobot.objects.get(pk=unreadable.pk))


@pytest.mark.django_db(transaction=True)
def test_the_migration_closes_what_was_plain_and_opens_it_again():
    graph = MigrationExecutor(connection).loader.graph
    (after,) = (node for node in graph.nodes if node[1].endswith("_sealed_robots"))
    (before,) = (node.key for node in graph.node_map[after].parents if node.key[0] == "providers")
    latest = graph.leaf_nodes()

    def migrated(targets):
        executor = MigrationExecutor(connection)
        executor.migrate(targets)
        return executor.loader.project_state(targets).apps.get_model("providers", "ChatRobot")

    try:
        plain = migrated([before])
        for number in range(2):
            plain.objects.create(
                service="dingtalk", token=f"token{number}", secret=SECRET, name=number
            )
        migrated([after])
        kept = ChatRobot.objects.order_by("pk")
        assert [(robot.token, robot.secret) for robot in kept] == [
            ("token0", SECRET),
            ("token1", SECRET),
        ]
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM providers_chatrobot")
            assert "token0" not in repr(cursor.fetchall())
        again = migrated([before])
        assert set(again.objects.values_list("token", "secret")) == {
            ("token0", SECRET),
            ("token1", SECRET),
        }
    finally:
        migrated(latest)
