"""What the back office tells at once: what waits, what was returned, what is held."""

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Workflow

from catalog.models import SolutionPage, Suspension
from catalog.slugs import proposed_slug
from marketplace.roles import REVIEW
from providers.review import queue
from tests.pages import complete_draft, provider_of, signed_in, submitted

pytestmark = pytest.mark.usefixtures("demo_site")


def home_of(username: str) -> str:
    return signed_in(username).get(reverse("wagtailadmin_home")).content.decode()


def test_reviewers_see_what_waits_for_them():
    for username in ("lead", "bureau"):
        assert reverse("review_queue") in home_of(username)
    assert reverse("review_queue") not in home_of("provider1")


@pytest.mark.parametrize("username", ["bureau", "lead"])
@pytest.mark.parametrize("name", ["wagtailadmin_home", "review_queue"])
def test_what_waits_is_counted_once_a_page(username, name, monkeypatch):
    """Menu, first page and queue ask for the same; the docket costs a dozen queries."""
    submitted("provider1")
    client, asked = signed_in(username), []
    real = queue.docket
    monkeypatch.setattr(queue, "docket", lambda user: asked.append(user) or real(user))
    client.get(reverse(name))
    with CaptureQueriesContext(connection) as captured:
        assert client.get(reverse(name)).status_code == 200
    assert len(asked) == 2  # one for each of the two looks
    counts = [query["sql"] for query in captured if "providers_application" in query["sql"]]
    assert len(counts) == (1 if username == "bureau" else 0)


def test_the_next_request_counts_anew():
    lead = signed_in("lead")
    before = lead.get(reverse("wagtailadmin_home")).content
    submitted("provider1")
    assert lead.get(reverse("wagtailadmin_home")).content != before


def test_a_returned_listing_says_why_at_the_top_of_the_form():
    user = get_user_model().objects.get(username="provider1")
    draft = complete_draft(provider_of("provider1"))
    draft.save_revision(user=user)
    Workflow.objects.get(name=REVIEW).start(draft, user)
    state = draft.current_workflow_task_state
    signed_in("lead").post(
        reverse("review_detail", args=[state.pk]),
        {"action": "reject", "comment": "请写明交付步骤的天数。"},
    )
    edit = signed_in("provider1").get(reverse("wagtailadmin_pages:edit", args=[draft.pk]))
    assert any("请写明交付步骤的天数。" in str(said) for said in edit.context["messages"])
    assert "请写明交付步骤的天数。" in home_of("provider1")


def test_a_suspended_provider_is_told_since_when_and_why():
    provider = provider_of("provider2")
    hold = Suspension.objects.create(page_id=provider.pk, reason="证书需要更新")
    edit = reverse("wagtailadmin_pages:edit", args=[provider.pk])
    shown = signed_in("provider2").get(edit).context["messages"]
    assert any("证书需要更新" in str(said) for said in shown)
    assert "证书需要更新" in home_of("provider2")
    hold.lifted_at = timezone.now()
    hold.save()
    assert "证书需要更新" not in home_of("provider2")


def new_solution_form(title: str) -> dict:
    """A draft with nothing but a title, as the editor posts it."""
    form = {"title": title, "slug": "", "offering_type": "product", "trial_days": "0"}
    for name in ("intellectual_property", "reference_cases"):
        form |= {f"{name}-TOTAL_FORMS": "0", f"{name}-INITIAL_FORMS": "0"}
    for name in ("functions", "requirements", "delivery_steps", "faq", "pictures"):
        form[f"{name}-count"] = "0"
    form |= {"comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0"}
    return form


def test_a_draft_needs_a_title_and_nothing_else():
    provider = provider_of("provider1")
    add = reverse("wagtailadmin_pages:add", args=["catalog", "solutionpage", provider.pk])
    member = signed_in("provider1")
    for number in ("", "-2"):
        response = member.post(add, new_solution_form("裁床用料统计"))
        assert response.status_code == 302
        slug = f"cai-chuang-yong-liao-tong-ji{number}"
        assert SolutionPage.objects.child_of(provider).filter(slug=slug, live=False).exists()


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("裁缝整一体化智能排产助手", "cai-feng-zheng-yi-ti-hua-zhi-neng-pai-chan-zhu-shou"),
        ("SMT 车间 OEE 看板", "smt-che-jian-oee-kan-ban"),
        ("ＭＥＳ（标准包）", "mes-biao-zhun-bao"),
        ("（）", "page"),
        ("长" * 300, "-".join(["chang"] * 10)),
    ],
)
def test_addresses_are_read_off_titles(title, slug):
    assert proposed_slug(title) == slug
