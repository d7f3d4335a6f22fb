"""Posts to chat robots: one row a robot and event, beside the rows that were written to people.

They go out by ``run_due`` only: nobody waits in the browser for a chat service.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from providers import delivery
from providers.keys import fingerprint
from providers.models import ChatRobot, Delivery, DeliveryQuerySet, MessageGroup, RobotPost

KEY_LENGTH = RobotPost._meta.get_field("key").max_length


def team_robots(provider_id: int) -> QuerySet[ChatRobot]:
    """The robots of a provider's team, by the provider page's id."""
    return ChatRobot.objects.filter(team__provider=provider_id)


def office_robots() -> QuerySet[ChatRobot]:
    return ChatRobot.objects.filter(team=None)


def post(robots: Iterable[ChatRobot], *, about: Delivery, kind: str, event: str) -> None:
    """Write a post to each robot, unless the same kind and event was posted there before."""
    source = delivery.source_of(about).name
    for robot in robots:
        key = f"{source}:{kind}:{event}:robot{robot.pk}"
        if len(key) > KEY_LENGTH:
            key = f"{source}:{kind}:{fingerprint(event)}:robot{robot.pk}"
        defaults = {"kind": kind, "robot": robot, "about": about}
        RobotPost.objects.get_or_create(key=key, defaults=defaults)


# -- delivering ---------------------------------------------------------------------------------


def deliver_waiting() -> int:
    """Send what waits, oldest first; the number sent."""
    return delivery.deliver_waiting(SOURCE)


def readable() -> DeliveryQuerySet:
    return RobotPost.objects.select_related("robot__team")


def compose(row: RobotPost) -> delivery.Letter:
    """The subject and the link of what it speaks of: people's addresses have no place here."""
    about = delivery.source_of(row.about).compose(row.about)
    whose = f"team {row.robot.team_id}" if row.robot.team_id else "the office"
    reader = f"robot {row.robot_id} of {whose}"
    return delivery.Letter(
        pk=row.pk,
        key=f"robotpost:{row.key}",
        kind=f"robot-{row.kind}",
        reader=reader,
        subject=about.subject,
        text="",
        link=about.link,
        logged=f"{row.kind} to {reader}",
        source=__name__,
        robot=row.robot,
    )


def reader_of(row: RobotPost) -> str:
    """Whose robot, without the name that its owner gave it."""
    if row.robot.team_id is None:
        return _("%(service)s robot of the office") % {"service": service_of(row.robot)}
    return _("%(service)s robot of team %(number)s") % {
        "service": service_of(row.robot),
        "number": row.robot.team_id,
    }


def service_of(robot: ChatRobot) -> str:
    return robot.get_service_display()


def group_of(row: RobotPost) -> MessageGroup | None:
    """A group has no choices; whoever wants no posts removes the robot."""
    return None


def try_out(robot: ChatRobot) -> None:
    """Post a sentence that says what the robot is for, at once.

    Raises:
        RobotError: the service did not take it; ``delivery.in_words`` says why.
    """
    sentence = _("Trial: notifications of the site will appear in this group.")
    delivery.post_to_robot(robot, sentence, delivery.address_of("/"))


SOURCE = delivery.register(
    delivery.Source(
        model=RobotPost, rows=readable, compose=compose, reader=reader_of, group=group_of
    )
)
