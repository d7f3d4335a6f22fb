"""Adding and removing the chat robots of a team or of the office."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

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
    if kept.filter(service=service, token=token).exists():
        raise ActRefused([_("This robot is already in the list.")])
    if kept.count() >= MOST:
        raise ActRefused([_("No more than five robots can be kept; remove one first.")])
    robot = ChatRobot.objects.create(
        team=team, name=name, service=service, token=token, secret=secret, added_by=by
    )
    log(instance=robot, action="providers.add_robot", user=by)
    return robot


@transaction.atomic
def remove_robot(robot: ChatRobot, *, by: AbstractBaseUser) -> None:
    """Forget a robot with its secret; posts that wait for it are not sent any more."""
    log(instance=robot, action="providers.remove_robot", user=by, deleted=True)
    robot.delete()
