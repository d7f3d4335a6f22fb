"""Adding and removing the chat robots of a team or of the office."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from catalog.batches import one_by_one
from providers.keys import fingerprint
from providers.models import ChatRobot, ChatService, ProviderTeam
from providers.withdrawal.subtree import ActRefused

# Groups that a team or the office may have told.
MOST = 5


@transaction.atomic
def add_robot(
    team: ProviderTeam | None,
    *,
    name: str,
    service: ChatService,
    token: str,
    secret: str,
    by: AbstractBaseUser,
) -> ChatRobot:
    """Keep a robot; without a team it is the office's.

    Raises:
        ActRefused: it is there already, or there are too many.
    """
    # Two forms sent at once would both count four.
    if team is not None:
        ProviderTeam.objects.select_for_update().get(pk=team.pk)
    kept = ChatRobot.objects.filter(team=team)
    refuse_double(kept, service, token)
    if kept.count() >= MOST:
        raise ActRefused([_("No more than five robots can be kept; remove one first.")])
    robot = ChatRobot.objects.create(
        team=team, name=name, service=service, token=token, secret=secret, added_by=by
    )
    log(instance=robot, action="providers.add_robot", user=by)
    return robot


@transaction.atomic
def enter_key_anew(
    robot: ChatRobot, *, service: ChatService, token: str, secret: str, by: AbstractBaseUser
) -> None:
    """Put the keys of an address in the place of a robot's; what waits for it goes out with them.

    Raises:
        ActRefused: another robot of the list has this address, or the robot was removed meanwhile.
    """
    kept = ChatRobot.objects.select_for_update().filter(pk=robot.pk).first()
    if kept is None:
        raise ActRefused([_("This robot was removed meanwhile.")])
    others = ChatRobot.objects.filter(team=kept.team).exclude(pk=kept.pk)
    refuse_double(others, service, token)
    kept.service, kept.token, kept.secret = service, token, secret
    kept.save()
    log(instance=kept, action="providers.rekey_robot", user=by)


def refuse_double(kept: QuerySet[ChatRobot], service: ChatService, token: str) -> None:
    if kept.filter(service=service, token_mark=fingerprint(token)).exists():
        raise ActRefused([_("This robot is already in the list.")])


def close_keys_anew(now: datetime) -> int:
    """Close with today's ``SECRET_KEY`` what a former one closed; the number of robots.

    Then that one may leave ``SECRET_KEY_FALLBACKS``.
    """
    stale = [robot.pk for robot in ChatRobot.objects.all() if robot.is_stale]
    return one_by_one(stale, close_key_anew)


def close_key_anew(pk: int) -> bool:
    robot = ChatRobot.objects.select_for_update().filter(pk=pk).first()
    if robot is None or not (robot.is_stale and robot.is_readable):
        return False
    robot.save(update_fields=["sealed_token", "sealed_secret", "token_mark"])
    return True


@transaction.atomic
def remove_robot(robot: ChatRobot, *, by: AbstractBaseUser) -> None:
    """Forget a robot with its secret; posts that wait for it are not sent any more."""
    log(instance=robot, action="providers.remove_robot", user=by, deleted=True)
    robot.delete()
