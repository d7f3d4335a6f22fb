"""Outside experts: the bureau makes their accounts, with a day on which they end."""

from __future__ import annotations

from datetime import date, datetime

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from cases.models import DeclaredTies, OutsideExpert
from cases.models.experts import EXPERTS, end_of_invitation
from cases.scoring.telling import tell_invited
from providers.keys import fingerprint, new_salt
from providers.members.invitations import has_account
from providers.onboarding import close_account
from providers.withdrawal.subtree import ActRefused

# Until the expert has chosen a name, the account has one that nobody signs in with.
PLACEHOLDER = "expert-{reference}"


@transaction.atomic
def invite(
    *, name: str, email: str, organisation: str, ends_on: date, ties: dict, by: AbstractBaseUser
) -> OutsideExpert:
    """Make an account without a password and send the link by which it gets one.

    Args:
        ties: ``providers`` and ``enterprises`` (querysets or lists) and ``organisations`` (text).

    Raises:
        ActRefused: the address has an account, or the term ends in the past.
    """
    if has_account(email):
        raise ActRefused([_("Somebody signs in with this e-mail address already.")])
    check_end(ends_on)
    expert = OutsideExpert(organisation=organisation, ends_on=ends_on, invited_by=by)
    user = get_user_model()(
        username=PLACEHOLDER.format(reference=expert.reference), email=email, first_name=name
    )
    user.set_unusable_password()
    user.save()
    user.groups.add(Group.objects.get(name=EXPERTS))
    expert.user = user
    expert.save()
    declare(user, ties)
    note(expert, "expert_invited", by)
    tell_invited(expert)
    return expert


def has_placeholder(expert: OutsideExpert) -> bool:
    """Whether nobody has chosen a name for the account yet."""
    return expert.user.get_username() == PLACEHOLDER.format(reference=expert.reference)


def check_end(ends_on: date) -> None:
    if ends_on < timezone.localdate():
        raise ActRefused([_("The last day of the term lies in the past.")])


def declare(user: AbstractBaseUser, ties: dict) -> None:
    """Store what binds an account to providers, enterprises and further organisations."""
    row, _is_new = DeclaredTies.objects.get_or_create(user=user)
    row.organisations, row.declared_at = ties["organisations"], timezone.now()
    row.save()
    row.providers.set(ties["providers"])
    row.enterprises.set(ties["enterprises"])


@transaction.atomic
def declare_ties(user: AbstractBaseUser, ties: dict, *, by: AbstractBaseUser) -> None:
    """Note what an account of an office has declared; ``ties`` as ``invite`` takes them."""
    declare(user, ties)
    log(instance=DeclaredTies.objects.get(user=user), action="cases.ties_declared", user=by)


def held_expert(expert: OutsideExpert) -> OutsideExpert:
    return (
        OutsideExpert.objects.select_for_update(of=("self",))
        .select_related("user")
        .get(pk=expert.pk)
    )


@transaction.atomic
def change(
    expert: OutsideExpert, *, organisation: str, ends_on: date, ties: dict, by: AbstractBaseUser
) -> None:
    """Change term and ties; an account that had ended opens again with a new last day.

    Raises:
        ActRefused: the term ends in the past.
    """
    row = held_expert(expert)
    check_end(ends_on)
    reopened = not row.is_in_term
    row.organisation, row.ends_on, row.ended_at = organisation, ends_on, None
    row.save()
    declare(row.user, ties)
    note(row, "expert_changed", by, ends_on=ends_on.isoformat())
    if reopened:
        reopen(row)


def reopen(expert: OutsideExpert) -> None:
    """A closed account has no password: a new link lets its owner choose one."""
    expert.user.is_active = True
    expert.user.save(update_fields=["is_active"])
    renew_link(expert)


@transaction.atomic
def send_again(expert: OutsideExpert, *, by: AbstractBaseUser) -> None:
    """Send another link, valid from now; the old one opens nothing any more.

    Raises:
        ActRefused: the invitation is accepted, or the term over.
    """
    row = held_expert(expert)
    if row.accepted_at or not row.is_in_term:
        raise ActRefused([_("This invitation has been answered, or the term is over.")])
    renew_link(row)
    note(row, "expert_invited", by)


def renew_link(expert: OutsideExpert) -> None:
    expert.salt, expert.link_expires_at = new_salt(), end_of_invitation()
    expert.token_hash = fingerprint(expert.derived_token())
    expert.accepted_at = None
    expert.save()
    tell_invited(expert)


@transaction.atomic
def end_term(expert: OutsideExpert, *, by: AbstractBaseUser | None) -> bool:
    """Close the account at once, open sessions included; whether it was open."""
    row = held_expert(expert)
    if row.ended_at:
        return False
    row.ended_at = timezone.now()
    row.save(update_fields=["ended_at"])
    if not row.user.is_superuser:
        close_account(row.user)
    note(row, "expert_ended", by)
    return True


def end_due(pk: int, today: date) -> bool:
    """Close one account whose last day lies before ``today``; whether it was open."""
    expert = OutsideExpert.objects.filter(pk=pk, ended_at=None, ends_on__lt=today).first()
    return expert is not None and end_term(expert, by=None)


def due_to_end(now: datetime) -> list[int]:
    """Experts whose term is over and whose account is not closed yet."""
    today = timezone.localtime(now).date()
    due = OutsideExpert.objects.filter(ended_at=None, ends_on__lt=today)
    return list(due.values_list("pk", flat=True))


def note(expert: OutsideExpert, action: str, by: AbstractBaseUser | None, **data: str) -> None:
    log(instance=expert, action=f"cases.{action}", user=by, data=data)


# -- the expert's own part ------------------------------------------------------------------------


def hindrance_of(expert: OutsideExpert) -> str:
    """Why the link opens nothing now; empty where it does."""
    if not expert.is_in_term:
        return _("The term of this invitation is over. Please ask the bureau.")
    if expert.accepted_at:
        return _("This invitation has been accepted. Sign in with your user name.")
    if expert.link_expires_at <= timezone.now():
        return _("The link is older than 14 days. Please ask the bureau for a new one.")
    return ""


@transaction.atomic
def accept(expert: OutsideExpert, *, username: str, password: str) -> AbstractBaseUser:
    """Give the account its name and password, once.

    Raises:
        ActRefused: the link is used, too old, or the term over.
        django.db.IntegrityError: somebody took the user name in the same moment.
    """
    row = held_expert(expert)
    if said := hindrance_of(row):
        raise ActRefused([said])
    user = row.user
    user.username = username
    user.set_password(password)
    user.save(update_fields=["username", "password"])
    row.accepted_at = timezone.now()
    row.save(update_fields=["accepted_at"])
    note(row, "expert_accepted", user)
    return user
