"""/reward/: what the public reads, and how the bureau sets, hides and previews it."""

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.models import RewardPolicy, RewardTier, SolutionPage
from catalog.reward.result import estimate_for
from catalog.seeding import seed_vocabularies
from tests.pages import page_text, signed_in

SNIPPETS = "wagtailsnippets_catalog_rewardpolicy"


@pytest.fixture
def policy(demo_site: None) -> RewardPolicy:
    return RewardPolicy.objects.get()


@pytest.fixture
def english(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    return client


def read(client: Client, query: str = "") -> str:
    response = client.get(f"/reward/{query}")
    assert response.status_code == 200, query
    return response.content.decode()


def new_version(policy: RewardPolicy, days: int, **values) -> RewardPolicy:
    """A final version in force from so many days after today, with ceilings of its own."""
    version = policy.as_new_draft()
    version.is_draft, version.is_page_shown = False, True
    version.effective_on = timezone.localdate() + timedelta(days=days)
    version.tiers = [RewardTier(level_min=6, cap_wan=Decimal(50))]
    for name, value in values.items():
        setattr(version, name, value)
    version.save()
    return version


# -- the page -----------------------------------------------------------------------------------


def test_an_empty_page_asks_and_says_the_rules(english: Client, policy: RewardPolicy) -> None:
    shown = read(english)
    assert "error-summary" not in shown
    assert 'id="result"' not in shown
    for amount in ("¥80,000", "¥400,000", "¥800,000", "¥2,000,000"):
        assert amount in shown
    assert "no promise" in shown
    assert policy.source in shown


def test_a_result_has_an_address(english: Client, policy: RewardPolicy) -> None:
    query = "?level=L7&investment=60&prior_level=L6&prior_award=32.6&prior_investment=32.6"
    shown = read(english, query)
    assert "¥474,000" in shown
    assert shown.count("¥237,000") == 2
    assert "min(80, 32.6 + 60) − 32.6 = 47.4" in shown
    assert "cumulative" in shown
    assert "48" in shown
    assert "no promise" in shown
    assert "draft and not in force" in shown
    (address,) = re.findall(r'href="(/api/reward[^"]+)"', shown)
    assert english.get(unescape(address)).json()["total"] == "47.4"


def test_the_forms_empty_fields_are_not_given(english: Client, policy: RewardPolicy) -> None:
    query = "?level=L6&investment=32.6&prior_level=&prior_award=&prior_investment="
    assert "¥326,000" in read(english, query + "&approved_investment=&listed=true&basis=cumulative")


def test_chinese_by_default(client: Client, policy: RewardPolicy) -> None:
    shown = read(client, "?level=L6&investment=32.6543")
    assert "32.6543 万元" in shown
    assert "16.3271 万元" in shown, "half of it, rounded down to the yuan"


def test_a_level_alone_fills_the_form_in(english: Client, policy: RewardPolicy) -> None:
    for named in ("L7", "7"):
        shown = read(english, f"?level={named}")
        assert '<option value="L7" selected>' in shown
        assert "error-summary" not in shown
    assert '<option value="" selected>' in read(english, "?level=x")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?investment=30", "level"),
        ("?level=L6&investment=", "investment"),
        ("?level=L6&investment=1e3", "investment"),
        ("?level=L6&investment=１２", "investment"),
        ("?level=L6&investment=30&investment=30", "investment"),
        ("?level=L6&investment=30&prior_award=-1", "prior_award"),
        ("?level=L6&investment=30&prior_award=8", "prior_level"),
        ("?level=L6&investment=30&prior_level=L8", "prior_level"),
        ("?level=L6&investment=30&approved_investment=NaN", "approved_investment"),
        ("?level=L6&investment=30&listed=maybe", "listed"),
        ("?level=L6&investment=30&basis=both", "basis"),
        ("?level=%00&investment=30", "level"),
    ],
)
def test_errors_stand_on_top_and_beside(
    english: Client, policy: RewardPolicy, query: str, field: str
) -> None:
    shown = read(english, query)
    summary = shown.partition('class="error-summary"')[2].partition("</div>")[0]
    assert f'href="#id_{field}"' in summary
    assert f'id="id_{field}_error"' in shown
    assert 'id="result"' not in shown
    for part in re.findall(r"<details.*?</details>", shown, re.DOTALL):
        is_open = "open" in part.partition(">")[0]
        assert is_open or f'id="id_{field}"' not in part, "what is wrong is folded away"


def test_unknown_parameters_are_named_and_change_nothing(
    english: Client, policy: RewardPolicy
) -> None:
    query = "?level=L6&investment=30"
    shown = read(english, f"{query}&cap=900&utm_source=chat&%3Cscript%3E=1")
    assert "¥300,000" in shown
    assert "“cap”" in shown
    assert "“&lt;script&gt;”" in shown
    assert "left out" not in read(english, query)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?level=L4&investment=30", "No reward is paid below L5."),
        ("?level=L5&investment=30", "Rewarded, but the pilot’s goal is not reached"),
        ("?level=L7&investment=30&listed=false", "enterprises on the pilot list only"),
        ("?level=L7&investment=60&prior_level=L6", "is not decided; please ask the bureau"),
        ("?level=L8&investment=220&approved_investment=75", "¥250,000 too much"),
        ("?level=L8&investment=220&approved_investment=75", "The plan has no rule for"),
        ("?level=L6&investment=60&prior_level=L6&prior_award=40", "without a rise"),
    ],
)
def test_what_a_reader_must_know_is_said(
    english: Client, policy: RewardPolicy, query: str, sentence: str
) -> None:
    assert sentence in read(english, query)


def test_only_reading_is_answered(client: Client, policy: RewardPolicy) -> None:
    assert client.post("/reward/").status_code == 405
    assert client.head("/reward/").status_code == 200


def test_the_way_there(client: Client, policy: RewardPolicy) -> None:
    solution = SolutionPage.objects.listed().filter(level_to__isnull=False).first()
    pages = (solution.url, "/policy/", "/sitemap/", "/sitemap.xml")
    deep = f"/reward/?level={solution.level_to_id}"
    assert deep in client.get(solution.url).content.decode()
    for page in pages:
        assert "/reward/" in client.get(page).content.decode(), page
    RewardPolicy.objects.update(is_page_shown=False)
    for page in pages:
        assert "/reward/" not in client.get(page).content.decode(), page


# -- the versions -------------------------------------------------------------------------------


def test_a_hidden_estimate_does_not_exist(client: Client, policy: RewardPolicy) -> None:
    RewardPolicy.objects.update(is_page_shown=False)
    assert client.get("/reward/?level=L6&investment=30").status_code == 404
    assert signed_in("bureau").get("/reward/").status_code == 404
    assert estimate_for(6, Decimal(30)) is None


def test_the_newest_version_in_force_decides(policy: RewardPolicy) -> None:
    assert estimate_for(6, Decimal(90)).policy == policy
    coming = new_version(policy, days=1, name="明天")
    assert estimate_for(6, Decimal(90)).policy == coming, "none is in force yet"
    old = new_version(policy, days=-30, name="去年")
    assert estimate_for(6, Decimal(90)).policy == old
    today = new_version(policy, days=0, name="今天")
    result = estimate_for(6, Decimal(90))
    assert (result.policy, result.estimate.total) == (today, 50)
    assert RewardPolicy.objects.current(timezone.localdate() + timedelta(days=1)) == coming


def test_a_version_in_force_is_not_replaced_by_a_draft_while_hidden(policy: RewardPolicy) -> None:
    new_version(policy, days=-1, is_page_shown=False)
    assert RewardPolicy.objects.current() is None


def test_a_version_in_force_says_since_when(english: Client, policy: RewardPolicy) -> None:
    version = new_version(policy, days=-1, disclaimer="以县政府批复为准。")
    shown = read(english, "?level=L6&investment=90")
    assert f"in force since {version.effective_on.isoformat()}" in shown
    assert "may still change" not in shown
    assert "以县政府批复为准。" in shown


def test_a_final_version_needs_its_day(policy: RewardPolicy) -> None:
    version = policy.as_new_draft()
    version.is_draft = False
    with pytest.raises(ValidationError) as refused:
        version.full_clean()
    assert "effective_on" in refused.value.message_dict
    with pytest.raises(IntegrityError), transaction.atomic():
        version.save()


def test_a_level_has_one_tier_a_version(policy: RewardPolicy) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        RewardTier.objects.create(policy=policy, level_min=6, cap_wan=1)


def test_loading_the_seeds_again_leaves_the_bureaus_versions(policy: RewardPolicy) -> None:
    policy.tiers.filter(level_min=6).update(cap_wan=41)
    seed_vocabularies()
    assert RewardPolicy.objects.get().caps()[6] == 41


# -- the bureau's list --------------------------------------------------------------------------


def form_of(version: RewardPolicy, **changed: str) -> dict[str, str]:
    """What the editor's form sends for a version whose tiers are new rows."""
    fields = {
        "name": version.name,
        "effective_on": "",
        "basis": version.basis,
        "certificate_share": str(version.certificate_share),
        "target_level": str(version.target_level),
        "source": version.source,
        "disclaimer": "",
        "tiers-TOTAL_FORMS": "2",
        "tiers-INITIAL_FORMS": "0",
        "tiers-MIN_NUM_FORMS": "1",
        "tiers-MAX_NUM_FORMS": "1000",
    }
    for number, (level, cap) in enumerate((("6", "45"), ("7", "90"))):
        fields |= {
            f"tiers-{number}-id": "",
            f"tiers-{number}-DELETE": "",
            f"tiers-{number}-level_min": level,
            f"tiers-{number}-cap_wan": cap,
        }
    return fields | changed


def test_the_bureau_adds_a_version(client: Client, policy: RewardPolicy) -> None:
    day = timezone.localdate().isoformat()
    sent = form_of(policy, name="正式印发", effective_on=day, is_page_shown="on")
    officer = signed_in("bureau")
    assert officer.post(reverse(f"{SNIPPETS}:add"), sent).status_code == 302
    current = RewardPolicy.objects.current()
    assert (current.name, current.caps()) == ("正式印发", {6: 45, 7: 90})
    assert "45 万元" in read(client, "?level=L6&investment=60")


def test_a_version_with_one_level_twice_is_refused(policy: RewardPolicy) -> None:
    sent = form_of(policy, **{"tiers-1-level_min": "6"})
    assert signed_in("bureau").post(reverse(f"{SNIPPETS}:add"), sent).status_code == 200
    assert RewardPolicy.objects.count() == 1


def test_the_next_version_begins_as_a_copy(policy: RewardPolicy) -> None:
    officer = signed_in("bureau")
    shown = page_text(officer.get(reverse(f"{SNIPPETS}:copy", args=[policy.pk])))
    assert 'name="tiers-3-cap_wan" value="200' in shown
    kept = policy.caps()
    sent = form_of(policy, **{"tiers-INITIAL_FORMS": "2"}, is_draft="on")
    address = reverse(f"{SNIPPETS}:copy", args=[policy.pk])
    assert officer.post(address, sent).status_code == 302
    copy = RewardPolicy.objects.exclude(pk=policy.pk).get()
    assert copy.is_draft
    assert not copy.is_page_shown
    assert copy.caps() == {6: 45, 7: 90}
    assert policy.caps() == kept


@pytest.mark.parametrize("mode", ["", "example"])
def test_an_officer_previews_what_nobody_else_sees(policy: RewardPolicy, mode: str) -> None:
    RewardPolicy.objects.update(is_page_shown=False)
    officer = signed_in("bureau")
    address = reverse(f"{SNIPPETS}:preview_on_edit", args=[policy.pk])
    sent = form_of(policy, is_draft="on")
    assert officer.post(f"{address}?mode={mode}", sent).json()["is_valid"]
    shown = officer.get(f"{address}?mode={mode}").content.decode()
    assert "90 万元" in shown
    assert ('id="result"' in shown) is (mode == "example")
    assert policy.caps()[7] == 80


@pytest.mark.parametrize("account", ["provider1", "lead", "committee"])
def test_nobody_else_sets_the_figures(policy: RewardPolicy, account: str) -> None:
    other = signed_in(account)
    for name, args in (("list", []), ("add", []), ("edit", [policy.pk]), ("copy", [policy.pk])):
        response = other.get(reverse(f"{SNIPPETS}:{name}", args=args))
        assert response.status_code in (302, 403, 404), name
    assert other.post(reverse(f"{SNIPPETS}:add"), form_of(policy)).status_code in (302, 403, 404)
    assert RewardPolicy.objects.count() == 1
