"""Demonstration accounts: one a role, one password, never under production settings."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils import timezone

from cases.models import OutsideExpert
from marketplace.roles import BUREAU, COMMITTEE, EXPERTS, LEAD
from providers.models import ProviderTeam

DEMO_ACCOUNTS = "demonstration accounts"
EXPERTS_EMPLOYER = "演示数字化评审工作室（演示）"
EXPERTS_TERM = timedelta(days=180)


@dataclass(frozen=True)
class Account:
    """One role of the demonstration; ``role`` is printed in English beside the name."""

    username: str
    first_name: str
    role: str
    office_group: str = ""
    provider: str = ""


ACCOUNTS = (
    Account("bureau", "演示·县科工局", "reviews, publishes, curates", office_group=BUREAU),
    Account(
        "lead",
        "演示·主导服务商",
        "lead provider: first review, own listings",
        office_group=LEAD,
        provider="P01",
    ),
    Account(
        "committee",
        "演示·经开区管委会",
        "zone committee: reviews the lead provider's items",
        office_group=COMMITTEE,
    ),
    Account("provider1", "演示·织演软件", "member of provider P04", provider="P04"),
    Account("provider2", "演示·电样智造", "member of provider P05", provider="P05"),
    Account(
        "expert",
        "演示·外部专家",
        "outside expert: scores the cases that it is asked to",
        office_group=EXPERTS,
    ),
)


def password() -> str:
    """The common password: as set, or as made by the first set-up and kept beside the data."""
    if settings.DEMO_PASSWORD:
        return settings.DEMO_PASSWORD
    kept = settings.DATA_DIR / "demo-password.txt"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(9) + "\n", encoding="utf-8")
    return kept.read_text(encoding="utf-8").strip()


def create_accounts(teams: dict[str, ProviderTeam]) -> None:
    """Create what is missing; ``teams`` by the providers' demo ids."""
    marker, _created = Group.objects.get_or_create(name=DEMO_ACCOUNTS)
    for account in ACCOUNTS:
        user, created = get_user_model().objects.get_or_create(
            username=account.username,
            defaults={"first_name": account.first_name, "email": ""},
        )
        if created or not user.check_password(password()):
            user.set_password(password())
            user.save(update_fields=["password"])
        groups = [marker]
        if account.office_group:
            groups.append(Group.objects.get(name=account.office_group))
        if account.provider:
            groups.append(teams[account.provider].group)
            teams[account.provider].owners.add(user)
        user.groups.add(*groups)
        if account.office_group == EXPERTS:
            set_term(user)


def set_term(user) -> None:
    """An outside expert's account ends by date; what is set already stays."""
    OutsideExpert.objects.get_or_create(
        user=user,
        defaults={
            "organisation": EXPERTS_EMPLOYER,
            "ends_on": timezone.localdate() + EXPERTS_TERM,
            "accepted_at": timezone.now(),
        },
    )
