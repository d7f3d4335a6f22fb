"""The catalogue's part of the public read API; the project's own API takes the router in."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import Field

from catalog.models import RewardPolicy
from catalog.reward.form import DECIMALS, LARGEST_WAN, RewardForm, reward_form
from catalog.reward.result import Result, result_for
from catalog.wording import plain

router = Router()

_AMOUNT = {
    "type": "string",
    "pattern": rf"^[0-9]+(\.[0-9]{{1,{DECIMALS}}})?$",
    "examples": ["32.6"],
}
_LEVEL = {"type": "string", "pattern": "^L?[0-9]+$", "examples": ["L6"]}
_WAN = f"in 10,000 yuan (万元), from 0 to {LARGEST_WAN:,}, to the yuan"

# What an address may ask, as the document describes it; the form reads it.
PARAMETERS: dict[str, tuple[str, dict]] = {
    "level": ("The level reached: its code, or its number alone.", _LEVEL),
    "investment": (f"The project's investment in software and hardware, {_WAN}.", _AMOUNT),
    "prior_level": ("The level certified before, where there was one.", _LEVEL),
    "prior_award": (f"What was approved for it, {_WAN}. Needs `prior_level`.", _AMOUNT),
    "prior_investment": (
        f"The earlier project's investment, {_WAN}. Needs `prior_level`.",
        _AMOUNT,
    ),
    "approved_investment": (f"The project's investment as approved, {_WAN}.", _AMOUNT),
    "listed": (
        "Whether the enterprise is on the pilot list.",
        {"type": "string", "enum": ["true", "false", "1", "0"], "default": "true"},
    ),
    "basis": (
        "Both projects' investments added at a second rise, or only the second one's.",
        {"type": "string", "enum": ["cumulative", "incremental"]},
    ),
}
_REQUIRED = {"level", "investment"}


class Problem(Schema):
    parameter: str = Field(
        description="The parameter that cannot be understood; empty for the request as a whole."
    )
    message: str


class BadRequest(Schema):
    errors: list[Problem]


class RewardExplanations(Schema):
    """A sentence on each amount."""

    total: str
    on_certificate: str
    after_acceptance: str
    overpaid: str | None = None


class RewardRemark(Schema):
    code: str
    message: str


class RewardRules(Schema):
    name: str
    is_in_force: bool
    effective_on: date | None = None
    basis: str
    source: str


class RewardAnswer(Schema):
    """Amounts in 10,000 yuan (万元) as decimal strings without empty digits, exact to the yuan."""

    total: str = Field(description="By the approved investment where given, else the declared.")
    on_certificate: str = Field(
        description="Paid once the certificate is issued, by the declared investment; rounded "
        "down to the yuan."
    )
    after_acceptance: str = Field(description="The rest; 0 where more than the whole was paid.")
    overpaid: str | None = Field(
        None, description="What was paid beyond the total; absent where nothing was."
    )
    explanations: RewardExplanations
    calculation: str = Field(description="The sum as computed; empty where no amount is due.")
    basis: str
    remarks: list[RewardRemark]
    assumptions: list[str]
    rules: RewardRules
    disclaimer: str


@router.get(
    "",
    response={200: RewardAnswer, 400: BadRequest, 404: BadRequest},
    exclude_none=True,
    summary="Estimate of the reward",
    url_name="reward",
    openapi_extra={
        "parameters": [
            {
                "in": "query",
                "name": name,
                "required": name in _REQUIRED,
                "description": description,
                "schema": schema,
            }
            for name, (description, schema) in PARAMETERS.items()
        ]
    },
)
def reward(request: HttpRequest) -> dict | Status:
    """By the rules in force, or by the draft that the bureau shows; each parameter once."""
    policy = RewardPolicy.objects.current()
    if policy is None:
        message = _("The estimate is not offered at present.")
        return Status(404, {"errors": [{"parameter": "", "message": message}]})
    form = reward_form(request.GET, policy.basis, is_strict=True)
    if problems := problems_of(form):
        return Status(400, {"errors": problems})
    return told(result_for(form.question(), policy))


def problems_of(form: RewardForm) -> list[dict[str, str]]:
    """Everything wrong with an address, each fault with its parameter."""
    problems = [
        {"parameter": name, "message": str(message)}
        for name, messages in form.errors.items()
        for message in messages
    ]
    return problems + [
        {"parameter": name, "message": _("There is no parameter “%(name)s”.") % {"name": name}}
        for name in form.unknown
    ]


def told(result: Result) -> dict:
    """A result for programs."""
    lines = {line.key: line for line in result.lines}
    policy = result.policy
    return {
        **{key: plain(line.amount) for key, line in lines.items()},
        "explanations": {key: line.sentence for key, line in lines.items()},
        "calculation": result.calculation,
        "basis": result.estimate.basis.value,
        "remarks": [
            {"code": remark.value, "message": message} for remark, message in result.remarks
        ],
        "assumptions": list(result.assumptions),
        "rules": {
            "name": policy.name,
            "is_in_force": policy.is_in_force(),
            "effective_on": policy.effective_on,
            "basis": policy.basis,
            "source": policy.source,
        },
        "disclaimer": result.disclaimer,
    }
