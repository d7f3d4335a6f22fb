"""Finding and making pages for tests, in the words of the site."""

import re

from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from wagtail.models import TaskState, Workflow

from cases.models import BenchmarkDecision, CasePage
from catalog.models import IntellectualProperty, ReferenceCase, SolutionPage
from marketplace.roles import REVIEW
from providers.models import ProviderPage


def signed_in(username: str) -> Client:
    """A client with the session of a demonstration account."""
    client = Client()
    client.force_login(get_user_model().objects.get(username=username))
    return client


def provider_of(username: str) -> ProviderPage:
    return ProviderPage.objects.of_member(get_user_model().objects.get(username=username)).get()


def case_without_decision() -> CasePage:
    """A public case whose benchmark decision is taken away; no other can become a benchmark."""
    case = CasePage.objects.listed().order_by("pk").first()
    BenchmarkDecision.objects.filter(case=case).delete()
    return CasePage.objects.get(pk=case.pk)


def complete_draft(provider: ProviderPage, slug: str = "complete-draft") -> SolutionPage:
    """A new unpublished solution that lacks nothing the admission rules ask for."""
    model = SolutionPage.objects.listed().first()
    draft = SolutionPage(
        title="测试用排程工具",
        slug=slug,
        tagline="按工序排出一周计划。",
        problem="改单靠喊，计划靠猜。",
        all_industries=True,
        price_min_wan=1,
        price_max_wan=2,
        delivery_days=10,
        pricing_model=model.pricing_model,
        level_from=model.level_from,
        level_to=model.level_to,
        live=False,
    )
    draft.intellectual_property = [
        IntellectualProperty(kind="patent", number="演示专利 1", name="演示")
    ]
    reference = model.reference_cases.first()
    draft.reference_cases = [
        ReferenceCase(
            enterprise="演示企业", period="2026年", indicator=reference.indicator, before=1, after=2
        )
    ]
    provider.refresh_from_db()
    provider.add_child(instance=draft)
    for name in ("scenarios", "company_sizes", "value_goals", "deployment_modes"):
        getattr(draft, name).set(getattr(model, name).all())
    draft.save()
    return draft


def submitted(username: str, slug: str = "complete-draft") -> TaskState:
    """A complete draft of that member's provider, submitted by it: the first step of its review."""
    user = get_user_model().objects.get(username=username)
    draft = complete_draft(provider_of(username), slug)
    draft.save_revision(user=user)
    Workflow.objects.get(name=REVIEW).start(draft, user)
    return draft.current_workflow_task_state


def decide(username: str, state: TaskState, action: str, comment: str = "") -> HttpResponse:
    """Post a reviewer's decision on a step."""
    address = reverse("review_detail", args=[state.pk])
    return signed_in(username).post(address, {"action": action, "comment": comment})


def page_text(response) -> str:
    """What a page of the back office says, what it hands its scripts as JSON included."""
    escaped = re.compile(r"\\u([0-9a-fA-F]{4})")
    return escaped.sub(lambda found: chr(int(found[1], 16)), response.content.decode())
