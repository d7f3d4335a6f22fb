"""Chat robots: of a provider's team, kept by its owner, and of the office, kept by the bureau."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from providers import delivery
from providers.abuse import within_limit_of
from providers.acts import REFUSED, confirm_act, office_only, posted
from providers.members.invitations import OFFICE
from providers.members.views import of_owner
from providers.messages.forms import RobotForm, RobotKeyForm
from providers.messages.robot_keeping import add_robot, enter_key_anew, remove_robot
from providers.messages.robots import try_out
from providers.models import ChatRobot, ProviderTeam
from providers.withdrawal.subtree import ActRefused

View = Callable[..., HttpResponse]
# Posts that one keeper may have a chat service asked for by hand.
TRIALS_AN_HOUR = 20


@dataclass(frozen=True)
class Keeper:
    """Whose robots a page is about, and what the names of its addresses begin with."""

    team: ProviderTeam | None
    address: str

    @property
    def list_url(self) -> str:
        return reverse(f"{self.address}s")

    def url(self, act: str, robot: ChatRobot) -> str:
        return reverse(f"{self.address}_{act}", args=[robot.pk])

    def robots(self) -> QuerySet[ChatRobot]:
        return ChatRobot.objects.filter(team=self.team)


def of_team(view: View) -> View:
    """For the owner of a provider's team; 404 for everybody else."""

    @of_owner
    def answer(request: HttpRequest, team: ProviderTeam, **kwargs) -> HttpResponse:
        return view(request, Keeper(team, "chat_robot"), **kwargs)

    return answer


def of_office(view: View) -> View:
    """For the bureau; 404 for everybody else."""

    @never_cache
    def answer(request: HttpRequest, **kwargs) -> HttpResponse:
        office_only(request.user, OFFICE)
        return view(request, Keeper(None, "office_robot"), **kwargs)

    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def robot_list(request: HttpRequest, keeper: Keeper) -> HttpResponse:
    """The robots, and a form that adds one."""
    form = RobotForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and added(request, keeper, form):
        return redirect(keeper.list_url)
    context = {
        "form": form,
        "robots": [
            {
                "robot": robot,
                "try_url": keeper.url("try", robot),
                "key_url": keeper.url("key", robot),
                "remove_url": keeper.url("remove", robot),
            }
            for robot in keeper.robots()
        ],
        "is_office": keeper.team is None,
        "page_title": _("Chat robots"),
        "header_icon": "comment",
    }
    return render(request, "desk/robots.html", context, status=REFUSED if form.errors else 200)


def added(request: HttpRequest, keeper: Keeper, form: RobotForm) -> bool:
    service, token = form.cleaned_data["address"]
    try:
        add_robot(
            keeper.team,
            name=form.cleaned_data["name"],
            service=service,
            token=token,
            secret=form.cleaned_data["secret"],
            by=request.user,
        )
    except ActRefused as refused:
        form.add_error(None, ValidationError([str(each) for each in refused.sentences]))
        return False
    messages.success(request, _("Added. Send a trial to see that it arrives in the group."))
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def robot_key(request: HttpRequest, keeper: Keeper, pk: int) -> HttpResponse:
    """The address of a robot whose keys cannot be read, or were changed in the chat."""
    robot = get_object_or_404(keeper.robots(), pk=pk)

    def act(data: dict) -> str:
        service, token = data["address"]
        enter_key_anew(robot, service=service, token=token, secret=data["secret"], by=request.user)
        return _("Kept. Send a trial to see that it arrives in the group.")

    return confirm_act(
        request,
        RobotKeyForm(**posted(request)),
        act,
        back=keeper.list_url,
        title=_("Enter the key of the robot “%(name)s” anew") % {"name": robot},
        icon="key",
        submit=_("Keep the key"),
        sentences=[_("Copy the address from the robot's settings in the chat once more.")],
    )


@require_http_methods(["GET", "HEAD", "POST"])
def robot_removal(request: HttpRequest, keeper: Keeper, pk: int) -> HttpResponse:
    robot = get_object_or_404(keeper.robots(), pk=pk)

    def act(data: dict) -> str:
        remove_robot(robot, by=request.user)
        return _("Removed. Nothing is posted into this group any more.")

    return confirm_act(
        request,
        forms.Form(**posted(request)),
        act,
        back=keeper.list_url,
        title=_("Remove the robot “%(name)s”") % {"name": robot},
        icon="bin",
        submit=_("Remove it"),
        sentences=[_("Its address is forgotten here. The group itself stays as it is.")],
    )


@require_POST
def robot_trial(request: HttpRequest, keeper: Keeper, pk: int) -> HttpResponse:
    """Post a sentence into the group now, and say what the service answered."""
    robot = get_object_or_404(keeper.robots(), pk=pk)
    whose = f"team {keeper.team.pk}" if keeper.team else "office"
    if not within_limit_of(whose, "robot-trial", TRIALS_AN_HOUR):
        messages.error(request, _("Too many trials. Please wait an hour."))
        return redirect(keeper.list_url)
    try:
        try_out(robot)
    except delivery.RobotError as error:
        said = _("The trial did not arrive. %(reason)s") % {"reason": delivery.in_words(str(error))}
        messages.error(request, said)
    else:
        messages.success(request, _("The chat service took the trial. It is in the group now."))
    return redirect(keeper.list_url)


robots, office_robots = of_team(robot_list), of_office(robot_list)
robot_rekey, office_robot_rekey = of_team(robot_key), of_office(robot_key)
robot_remove, office_robot_remove = of_team(robot_removal), of_office(robot_removal)
robot_try, office_robot_try = of_team(robot_trial), of_office(robot_trial)
