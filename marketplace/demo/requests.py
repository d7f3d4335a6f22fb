"""The demonstration's requests, each brought by the acts of its life to another state.

The enterprises are fictitious, their numbers belong to nobody. Days pass between the acts: what was
written so far is moved back in time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone, translation

from catalog.models import ProvincialLevel
from catalog.workdays import add_working_days
from marketplace.demo.content import read
from providers.keys import fingerprint, new_salt
from providers.matching.answering.answers import decline, say_interested
from providers.matching.answering.quoting import send_quote
from providers.matching.asking.forms import NeedForm
from providers.matching.calling.callbacks import ask_for_call
from providers.matching.choosing.deciding import choose_provider
from providers.matching.lifecycle import Submission, send_now, submit_request
from providers.matching.models import (
    CallBack,
    Choice,
    Consent,
    HandOver,
    Invitation,
    MatchRequest,
    Message,
    Quote,
    Rating,
    RequestDraft,
    RequestEvent,
    Side,
)
from providers.matching.oversight.verifying import verify_company, verify_phone
from providers.matching.rating.ratings import moderate, rate
from providers.matching.score.offers import need_of, proposals_for
from providers.matching.working.carrying_out import (
    agree_criteria,
    confirm_work,
    hand_over,
    set_criteria,
)
from providers.matching.working.contracts import confirm_contract

# The key of a session that no browser has: the demonstration's requests are opened by their codes.
SESSION = "demonstration"
MEMBERS = {"zhiyan-ruanjian": "provider1", "dianyang-zhizao": "provider2"}


@dataclass(frozen=True)
class Shown:
    """What opens a request of the demonstration, and what it shows."""

    reference: str
    code: str
    state: str


def load_requests() -> list[Shown]:
    """Make the requests and the call that are missing; a second run changes nothing."""
    with translation.override("zh-hans"):
        rows = read("requests")
        missing = [row for row in rows if not exists(row["reference"])]
        for row in missing:
            with transaction.atomic():
                load_request(row)
        load_call()
    found = MatchRequest.objects.filter(reference__in=[row["reference"] for row in rows])
    return [
        Shown(row.reference, row.access_code, str(row.state().label))
        for row in found.order_by("reference")
    ]


def exists(reference: str) -> bool:
    return MatchRequest.objects.filter(reference=reference).exists()


def load_call() -> None:
    """One wish to be called, once."""
    if not CallBack.objects.exists():
        ask_for_call(phone="13800000090", sentence="听说可以申请数字化改造奖补，想先问问怎么开始。")


def load_request(row: dict) -> None:
    """Send a request through the ordinary acts, then let its story happen."""
    form = NeedForm(row["need"])
    if not form.is_valid():
        raise ValueError(f"{row['reference']}: {form.errors.as_json()}")
    need = need_of(form.cleaned_data)
    offered = proposals_for(need, form.cleaned_data["kind"], row["reference"]).by_key()
    contact = {"uscc": "", "email": "", **row["contact"]}
    draft = RequestDraft.objects.create(
        token_hash=fingerprint(new_salt()),
        reference=row["reference"],
        created_at=timezone.now() - timedelta(hours=1),
    )
    submission = Submission(
        need=form.cleaned_data,
        contact=contact,
        scenarios=tuple(need.scenarios),
        chosen=tuple(offered[key] for key in row["asks"]),
        consented=frozenset(row["consents"]),
        wants_advice=not row["asks"],
    )
    request = submit_request(draft, submission, session=SESSION)
    send_now(request)
    STORIES[row["story"]](MatchRequest.objects.get(pk=request.pk))


# -- what happens after the sending ---------------------------------------------------------------


def waits(request: MatchRequest) -> None:
    """Sent yesterday; nobody has answered yet."""
    days_pass(request, 1)


def stays_unanswered(request: MatchRequest) -> None:
    days_pass(request, 12)


def is_quoted(request: MatchRequest) -> None:
    """Every provider asked is interested, and has quoted two days later."""
    days_pass(request, 2)
    for invitation in request.invitations.select_related("provider"):
        take_interest(invitation)
    days_pass(request, 2)
    for invitation in request.invitations.select_related("provider"):
        quote(invitation)
    days_pass(request, 1)


def comes_to_a_contract(request: MatchRequest) -> Choice:
    """Verified, quoted by one, declined by the others; the contract is confirmed."""
    officer = account("bureau")
    days_pass(request, 1)
    verify_phone(request, by=officer)
    verify_company(request, by=officer)
    first, *others = request.invitations.select_related("provider")
    take_interest(first)
    for other in others:
        decline(other, by=member_of(other), reason="capacity", message="近期排期已满。")
    days_pass(request, 3)
    quote(first)
    days_pass(request, 2)
    choice = choose_provider(request, first, reason="同行业案例多，报价清楚。", consents=True)
    days_pass(request, 3)
    choice.refresh_from_db()
    made = confirm_contract(choice, by=member_of(first), contracted_wan=Decimal("6.8"))
    days_pass(request, 2)
    return made


def is_finished(request: MatchRequest) -> None:
    """The work is handed over, confirmed and rated."""
    choice = comes_to_a_contract(request)
    choice.refresh_from_db()
    by = member_of(choice.invitation)
    if not choice.criteria.exists():
        set_criteria(choice, side=Side.PROVIDER, by=by, lines=["上线后连续运行一个月无中断。"])
    agree_criteria(choice, side=Side.ENTERPRISE)
    days_pass(request, 30)
    hand_over(choice, by=by, message="系统已上线运行一个月，培训两次，验收资料已交。")
    days_pass(request, 4)
    confirm_work(choice, level_reached=ProvincialLevel.objects.get(pk="L5"))
    days_pass(request, 31)
    rating = rate(choice, stars=5, text="排产从两天缩到半天，班组长也会用，现场问题当天有人来。")
    moderate(rating, by=account("bureau"))


STORIES: dict[str, Callable[[MatchRequest], object]] = {
    "waits": waits,
    "unanswered": stays_unanswered,
    "quoted": is_quoted,
    "contracted": comes_to_a_contract,
    "finished": is_finished,
}


def take_interest(invitation: Invitation) -> None:
    say_interested(
        invitation,
        by=member_of(invitation),
        visit_on=add_working_days(timezone.localdate(), 2),
        message="先到现场看一天，再给方案。",
    )


def quote(invitation: Invitation) -> None:
    """A quote of the listing's own price band."""
    solution = invitation.solutions.first()
    offer = {
        "price_min_wan": solution.price_min_wan,
        "price_max_wan": solution.price_max_wan,
        "holds_price": False,
        "days": solution.delivery_days or 30,
        "approach": "先梳理工序与基础数据，再分两批上线，边用边改。",
        "team": "项目经理1名，实施2名，驻县1名。",
        "valid_until": timezone.localdate() + timedelta(days=60),
    }
    send_quote(invitation, by=member_of(invitation), offer=offer)


def member_of(invitation: Invitation) -> AbstractBaseUser:
    return account(MEMBERS[invitation.provider.slug])


def account(username: str) -> AbstractBaseUser:
    return get_user_model().objects.get(username=username)


# -- time -----------------------------------------------------------------------------------------

# What is written about a request, and the way from each row to it.
WRITTEN: dict[type[models.Model], str] = {
    MatchRequest: "pk",
    Invitation: "request",
    Consent: "request",
    RequestEvent: "request",
    Message: "request",
    Quote: "invitation__request",
    Choice: "request",
    HandOver: "choice__request",
    Rating: "choice__request",
}


def days_pass(request: MatchRequest, days: int) -> None:
    """Move all that was written about a request so many days back, as if they had passed since."""
    span = timedelta(days=days)
    for model, way in WRITTEN.items():
        move_back(model._base_manager.filter(**{way: request.pk}), span)
    for invitation in request.invitations.filter(visit_on__isnull=False):
        invitation.visit_on -= span
        if invitation.quote_due_on:
            invitation.quote_due_on -= span
        invitation.save(update_fields=["visit_on", "quote_due_on"])
    request.refresh_from_db()


def move_back(rows: models.QuerySet, span: timedelta) -> None:
    """Subtract a span from every moment that these rows hold, in one statement."""
    moments = [
        field.name
        for field in rows.model._meta.concrete_fields
        if isinstance(field, models.DateTimeField)
    ]
    rows.order_by().update(**{name: F(name) - span for name in moments})
