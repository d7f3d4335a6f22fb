"""The public page of the reward estimate, and what an officer sees of it beforehand."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog.models import RewardPolicy
from catalog.reward.form import RewardForm, reward_form
from catalog.reward.result import disclaimer_of, result_for, status_sentence
from catalog.reward.wording import level_name

# An enterprise that rose from the pilot's goal to the level above it, for the preview.
EXAMPLE = {
    "level": "7",
    "investment": "60",
    "prior_level": "6",
    "prior_award": "32.6",
    "prior_investment": "32.6",
}


@require_safe
def reward_page(request: HttpRequest) -> HttpResponse:
    """/reward/: a form by GET, so that every result has an address; 404 while it is hidden."""
    policy = RewardPolicy.objects.current()
    if policy is None:
        raise Http404("The bureau does not show the estimate.")
    return answer(request, policy, request.GET)


def answer(request: HttpRequest, policy: RewardPolicy, data: QueryDict) -> HttpResponse:
    """The form, and below it what was asked for."""
    blank = reward_form(data, policy.basis)
    form = blank if blank.is_asked else filled_in(blank, policy)
    result = result_for(form.question(), policy) if form.is_bound and form.is_valid() else None
    context = {
        "form": form,
        "result": result,
        "unknown": blank.unknown,
        "tiers": [(level_name(level), cap) for level, cap in sorted(policy.caps().items())],
        "policy": policy,
        "status": status_sentence(policy),
        "disclaimer": disclaimer_of(policy),
        "is_before_open": is_open(form, "prior_level", "prior_award", "prior_investment"),
        "is_after_open": is_open(form, "approved_investment", "listed", "basis"),
        "json_url": json_url(form) if result else "",
        "trail": [
            {"title": _("Reward estimate"), "url": reverse("reward")},
        ],
    }
    return render(request, "pages/reward.html", context)


def filled_in(asked: RewardForm, policy: RewardPolicy) -> RewardForm:
    """An unbound form, with the level that an address names and nothing more."""
    form = reward_form(None, policy.basis)
    form.initial["level"] = asked.named_level
    return form


def is_open(form: RewardForm, *names: str) -> bool:
    """Whether a part of the form that is folded by default holds something to see."""
    unchanged = {"listed": "true", "basis": form.initial["basis"]}
    return any(
        name in form.errors or form.data.get(name, "") not in ("", unchanged.get(name))
        for name in names
    )


def json_url(form: RewardForm) -> str:
    """The same question to the API."""
    return f"{reverse('api:reward')}?{urlencode(form.given())}"


def preview(request: HttpRequest, policy: RewardPolicy, *, is_example: bool) -> HttpResponse:
    """A version in the editor, as the public would see it."""
    data = QueryDict(urlencode(EXAMPLE) if is_example else "")
    return answer(request, policy, data)
