"""What the parties say about an objection, once each; and how a provider sees those about it."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from cases.models import Objection, ObjectionState, Statement
from cases.notices.deciding import hold_objection
from cases.notices.parties import parties_of
from providers.models import ProviderPage
from providers.withdrawal.subtree import ActRefused


@dataclass(frozen=True)
class OwnObjection:
    """An admitted objection as a provider with a part in its subject reads it."""

    objection: Objection
    statement: Statement | None

    @property
    def may_comment(self) -> bool:
        return self.statement is None and self.objection.state() == ObjectionState.ADMITTED


def objections_about(provider: ProviderPage) -> list[OwnObjection]:
    """Those that were admitted, the newest first; without anything of who filed them."""
    admitted = Objection.objects.filter(admitted_at__isnull=False, subject__page__isnull=False)
    rows = list(
        admitted.exclude(text_for_parties="")
        .select_related("notice", "subject__page", "subject__record")
        .defer("text", "name", "phone", "email", "answer", "admission_reason")
        .order_by("-admitted_at", "-pk")
    )
    if not rows:
        return []
    parties = parties_of({row.subject.page_id for row in rows})
    own = [row for row in rows if provider.pk in parties[row.subject.page_id]]
    said = Statement.objects.filter(objection__in=own, provider=provider)
    statements = {row.objection_id: row for row in said}
    return [OwnObjection(row, statements.get(row.pk)) for row in own]


@transaction.atomic
def comment(
    objection: Objection, *, provider: ProviderPage, by: AbstractBaseUser, text: str
) -> Statement:
    """A provider comments, once, until the objection is answered.

    The caller has checked that the provider has a part in the subject.

    Raises:
        ActRefused: it was answered or taken back, or a colleague has commented.
    """
    row = Objection.objects.select_for_update().get(pk=objection.pk)
    if row.state() != ObjectionState.ADMITTED:
        raise ActRefused([_("The objection is closed; no statement is needed any more.")])
    if row.statements.filter(provider=provider).exists():
        raise ActRefused([_("Your organisation has given its statement already.")])
    said = Statement.objects.create(objection=row, provider=provider, by=by, text=text)
    log(
        instance=row.notice,
        action="cases.objection_statement",
        user=by,
        data={"reference": row.reference},
    )
    return said


@transaction.atomic
def enter_statement(
    objection: Objection, *, by: AbstractBaseUser, party: str, text: str
) -> Statement:
    """The bureau enters what a party without an account has said on paper or on the phone.

    Raises:
        PermissionDenied, ActRefused: as ``hold_objection``, or it is entered already.
    """
    row = hold_objection(objection, by=by, state=ObjectionState.ADMITTED)
    if row.statements.filter(party=party, text=text).exists():
        raise ActRefused([_("This statement is entered already.")])
    said = Statement.objects.create(objection=row, party=party, by=by, text=text)
    log(
        instance=row.notice,
        action="cases.objection_statement",
        user=by,
        data={"reference": row.reference},
    )
    return said
