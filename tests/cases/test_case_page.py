"""The page of a case: levels, what stands beside it, anonymity."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from cases.anonymity import names_in_text
from cases.gate import case_checks, open_points
from cases.models import CasePage

pytestmark = pytest.mark.usefixtures("demo_site")


def case() -> CasePage:
    return CasePage.objects.listed().order_by("pk").first()


def shown(page: CasePage) -> str:
    return Client().get(page.url).content.decode()


def test_levels_are_drawn_from_before_to_after():
    page = case()
    text = shown(page)
    assert text.count("levels__after") == 1
    climbed = page.level_after.order - page.level_before.order
    assert text.count("levels__climbed") == climbed


def test_a_case_leads_to_a_request_a_visit_a_call_and_its_figures():
    page = case()
    text = shown(page)
    assert f"{reverse('request_new')}?case={page.slug}" in text
    assert reverse("case_visit", args=[page.slug]) in text
    assert f"{reverse('request_call')}?page={page.pk}" in text
    assert f"{reverse('indicators_csv')}?case={page.slug}" in text
    for figure in page.indicators.all():
        assert reverse("indicator_compare", args=[figure.indicator_id]) in text


def test_an_anonymous_case_tells_nothing_of_its_enterprise():
    page = case()
    CasePage.objects.filter(pk=page.pk).update(
        is_anonymous=True, anonymous_name="一家针织厂", investment_note="共投入四十六万元"
    )
    page.refresh_from_db()
    text = shown(page)
    for secret in (page.enterprise_name, page.enterprise.uscc, page.investment_note):
        assert secret not in text
    assert "一家针织厂" in text
    # A visit would tell who it is.
    address = reverse("case_visit", args=[page.slug])
    assert address not in text
    assert Client().get(address).status_code == 404


def test_who_speaks_for_an_anonymous_enterprise_has_no_name_either():
    page = case()
    page.quotes = [("quote", {"text": "省了三天。", "speaker": "钱守正", "role": "厂长"})]
    page.save_revision()
    CasePage.objects.filter(pk=page.pk).update(quotes=page.quotes)
    assert "钱守正" in shown(page)
    CasePage.objects.filter(pk=page.pk).update(is_anonymous=True, anonymous_name="一家针织厂")
    text = shown(page)
    assert "钱守正" not in text
    assert "省了三天。" in text
    assert "厂长" in text


def test_an_anonymous_case_may_not_name_its_enterprise_anywhere():
    page = case()
    assert not names_in_text(page)
    page.is_anonymous = True
    page.anonymous_name = "一家针织厂"
    page.profile = f"<p>{page.enterprise_name.removesuffix('有限公司')}有三个组。</p>"
    assert len(names_in_text(page)) == 1
    assert any(
        "匿名" in str(said) or "anonymous" in str(said) for said in open_points(case_checks(page))
    )
    page.profile = "<p>有三个组。</p>"
    page.pictures[0].value["alt"] = f"{page.enterprise_name}的车间"
    assert len(names_in_text(page)) == 1


@pytest.mark.parametrize("field", ["title", "summary", "main_products", "preconditions"])
def test_a_name_is_found_in_every_field(field):
    page = case()
    page.is_anonymous, page.anonymous_name = True, "一家针织厂"
    setattr(page, field, f"{page.enterprise_name}的做法")
    assert len(names_in_text(page)) == 1


def test_the_code_of_the_roster_is_found_however_it_is_written():
    page = case()
    page.is_anonymous, page.anonymous_name = True, "一家针织厂"
    page.results = f"<p>代码 {page.enterprise.uscc.lower()}</p>"
    assert len(names_in_text(page)) == 1


@pytest.mark.parametrize(
    "written",
    ["演示 甲 针织服饰", "演示甲·针织服饰", "演示甲<b>针织</b>服饰", "兴国县演示甲针织服饰"],
)
def test_a_name_is_found_however_it_is_written(written):
    page = case()
    page.is_anonymous, page.anonymous_name = True, "一家针织厂"
    page.enterprise = None
    page.enterprise_name = "示例省样例县演示甲针织服饰（集团）有限公司"
    page.profile = f"<p>{written}有三个组。</p>"
    assert len(names_in_text(page)) == 1


def test_an_address_that_reads_as_the_name_is_found():
    page = case()
    page.is_anonymous, page.anonymous_name = True, "一家针织厂"
    page.slug = "yan-shi-jia-zhen-zhi-fu-shi-gai-zao"
    assert len(names_in_text(page)) == 1
