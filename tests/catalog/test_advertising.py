"""Banned and doubtful words: found wherever they stand, and never able to stop the site."""

import time

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation

from catalog.advertising import Words, findings_in, folded
from catalog.contents import contents_of
from catalog.models import AdvertisingWord, PublicationRefused, SolutionPage, publish_revision
from tests.pages import complete_draft, provider_of, signed_in

pytestmark = pytest.mark.usefixtures("demo_site")


@pytest.fixture
def draft() -> SolutionPage:
    return complete_draft(provider_of("provider1"))


def found(text: str) -> list[tuple[str, str]]:
    return [(match.text, match.effect) for match in Words().matches(text)]


@pytest.mark.parametrize(
    "text",
    [
        "最佳选择",
        "业内最先进的排程",
        "国家级产品",
        "全国第一品牌",
        "唯一选择",
        "独家供应",
        "顶级配置",
        "工信部推荐",
        "县政府指定平台",
        "国家机关专供",
        "领导点赞",
        "保证通过验收",
        "最长的质保",
        "全网最低价",
    ],
)
def test_absolutes_and_endorsement_by_state_organs_stop_publication(text):
    assert [effect for _text, effect in found(text)] == ["block"]


@pytest.mark.parametrize(
    "text",
    [
        "交付最长30天",
        "最大并发200人",
        "最低配置：四核八G",
        "国家级高新技术企业",
        "第一步装网关，第一批上线两条线",
        "每件一个唯一编码",
        "绝对值编码器",
        "最优解由算法给出",
        "独家授权书已上传",
        "不能保证通过验收",
        "第一位操作工先试",
    ],
)
def test_facts_that_contain_such_words_pass(text):
    assert "block" not in [effect for _text, effect in found(text)]


def test_figures_without_source_and_patents_without_number_are_pointed_out():
    assert found("合格率提升30%")[0][1] == "warn"
    assert found("合格率提升30%（来源：质检台账，2026年1—6月）") == []
    assert found("拥有专利技术") == [("专利", "warn")]
    assert found("专利号 ZL202410000001.X") == []


@pytest.mark.parametrize("text", ["最 佳选择", "最\u200b佳选择", "最　佳选择"])
def test_blanks_and_hidden_signs_do_not_hide_a_word(text):
    (match,) = Words().matches(text)
    assert text[match.start : match.end] == text[: text.index("佳") + 1]


def test_the_places_of_what_is_read_lead_back_to_the_text():
    text = "Ａ级　最 佳，B"
    read, places = folded(text)
    assert read == "A级最佳,B"
    assert [text[place] for place in places] == list("Ａ级最佳，B")


# -- in listings --------------------------------------------------------------------------------


def test_every_public_text_is_looked_at_streams_and_child_rows_included(draft):
    draft.title = "最佳排程"
    draft.problem = "这是最先进的。"
    draft.functions = [("function", {"title": "排程", "text": "业内首创，唯一选择"})]
    draft.pictures = []
    row = draft.reference_cases.first()
    row.period = "最好的一年"
    draft.reference_cases = [row]
    names = {finding.name for finding in findings_in(draft)}
    assert {"title", "problem", "functions", "reference_cases"} <= names


def test_names_and_numbers_are_no_advertising(draft):
    row = draft.reference_cases.first()
    row.enterprise = "第一名针织厂"
    draft.reference_cases = [row]
    assert not findings_in(draft)


def test_what_stops_publication_is_named_with_its_field_and_advice(draft):
    draft.tagline = "最佳排程工具。"
    with pytest.raises(PublicationRefused) as refused:
        publish_revision(draft.save_revision(), by=None)
    with translation.override("en"):
        (said,) = [str(point) for point in refused.value.blockers]
    assert "最佳" in said
    assert "In one sentence" in said
    assert "广告法" in said


def test_what_only_needs_a_source_does_not_stop_publication(draft):
    draft.tagline = "合格率提升30%。"
    publish_revision(draft.save_revision(), by=None)
    assert any("30%" in str(said) for said in draft.warnings())


def test_the_demonstration_has_nothing_that_stops_publication():
    for page in SolutionPage.objects.listed():
        assert not [each for each in Words().findings(contents_of(page)) if each.match.blocks]


# -- the words themselves -----------------------------------------------------------------------


@pytest.mark.parametrize("pattern", ["(", "[", "*", "最(?P<", "", "x*", "(a|aa)+$"])
def test_a_broken_or_endless_expression_is_refused(pattern):
    with pytest.raises(ValidationError) as refused:
        AdvertisingWord(pattern=pattern).full_clean()
    assert "pattern" in refused.value.message_dict
    if pattern:
        with pytest.raises(ValidationError) as refused:
            AdvertisingWord(pattern="最佳", exceptions=pattern).full_clean()
        assert "exceptions" in refused.value.message_dict


def test_long_expressions_and_too_many_exceptions_are_refused():
    for word in (
        AdvertisingWord(pattern="最" * 121),
        AdvertisingWord(pattern="最佳", exceptions="最" * 201),
        AdvertisingWord(pattern="最佳", exceptions="\n".join(str(n) for n in range(41))),
    ):
        with pytest.raises(ValidationError):
            word.full_clean()


def test_the_words_that_come_with_the_site_are_sound():
    for word in AdvertisingWord.objects.all():
        word.clean()
    assert AdvertisingWord.objects.filter(effect="block").count() > 10


@pytest.mark.parametrize("pattern", ["(", "(a+)+$", "(?<!x"])
def test_one_that_got_past_the_form_neither_fails_nor_stops_a_listing(draft, pattern):
    AdvertisingWord.objects.bulk_create([AdvertisingWord(pattern=pattern)])
    draft.problem = "a" * 280 + "！"
    began = time.monotonic()
    warnings = [str(said) for said in draft.warnings()]
    assert time.monotonic() - began < 5
    if pattern != "(a+)+$":
        assert any(pattern in said for said in warnings)
    publish_revision(draft.save_revision(), by=None)
    draft.refresh_from_db()
    assert draft.live


def test_the_bureau_edits_the_words_and_they_are_in_force_at_once(draft):
    client = signed_in("bureau")
    add = reverse(AdvertisingWord.snippet_viewset.get_url_name("add"))
    form = {"pattern": "排程神器", "effect": "block", "advice": "请直述。", "is_active": "on"}
    assert client.post(add, form | {"pattern": "("}).status_code == 200
    assert client.post(add, form).status_code == 302
    draft.tagline = "排程神器。"
    assert any("排程神器" in str(point) for point in draft.blockers())
    AdvertisingWord.objects.filter(pattern="排程神器").update(is_active=False)
    assert not draft.blockers()
    assert signed_in("provider1").get(add).status_code == 404
