"""Words and names of the back office that an officer or a member stumbled over."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import escape
from wagtail.admin.paginator import WagtailPaginator
from wagtail.models import Site

from marketplace.models import SiteFrame
from marketplace.naming import GENERAL_NAME
from providers.matching.wording import beijing_time
from providers.models import ProviderPage
from tests.pages import page_text, provider_of, signed_in

pytestmark = pytest.mark.usefixtures("demo_site")


def home_of(username: str) -> str:
    return page_text(signed_in(username).get(reverse("wagtailadmin_home")))


# -- one name -------------------------------------------------------------------------------------


def test_site_back_office_and_messages_bear_one_name():
    frame = SiteFrame.for_site(Site.objects.get(is_default_site=True))
    frame.platform_name = "演示新名平台"
    frame.save()
    for page in (
        Client().get("/").content.decode(),
        Client().get(reverse("wagtailadmin_login")).content.decode(),
        home_of("bureau"),
    ):
        assert "演示新名平台" in page
    assert str(settings.WAGTAIL_SITE_NAME) == "演示新名平台"
    assert Site.objects.get(is_default_site=True).site_name == "演示新名平台"
    for heading in ("bureau", "provider1"):
        assert "数字化解决方案与服务商平台" not in home_of(heading)


def test_without_a_name_the_general_one_stands_everywhere():
    SiteFrame.objects.update(platform_name="")
    assert str(settings.WAGTAIL_SITE_NAME) == str(GENERAL_NAME)
    assert escape(str(GENERAL_NAME)) in home_of("bureau")


# -- counts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("application_list", "份入驻申请"),
        ("held_listings", "项上架内容"),
        ("qualification_checks", "项资质"),
        ("teams", "家服务商"),
        ("review_queue", "项待审内容"),
        ("appeals", "件申诉"),
    ],
)
def test_a_count_has_its_measure_word(name, unit):
    answer = signed_in("bureau").get(reverse(name))
    paginator = answer.context["paginator"]
    label = str(paginator.items_count_label)
    assert label == f"{paginator.count} {unit}"
    if paginator.count:
        assert label in answer.content.decode()


def test_wagtails_own_lists_count_without_a_name():
    assert WagtailPaginator([1, 2], 10).items_count_label == "共 2 条"
    with translation.override("en"):
        assert WagtailPaginator([1, 2], 10).items_count_label == "2 in all"


# -- words ----------------------------------------------------------------------------------------


def test_the_stream_of_a_profile_is_chinese():
    stream = ProviderPage._meta.get_field("introduction").stream_block
    assert str(stream.child_blocks["paragraph"].label) == "段落"
    provider = provider_of("provider1")
    edit = signed_in("provider1").get(reverse("wagtailadmin_pages:edit", args=[provider.pk]))
    assert "Paragraph" not in page_text(edit)


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("Snippets", "数据条目"),
        ("Live", "已发布"),
        ("live + draft", "已发布 + 草稿"),
        ("View live", "查看已发布页面"),
        ("Your password can’t be entirely numeric.", "密码不能全部为数字。"),
    ],
)
def test_wagtails_and_djangos_words_are_ours(english, chinese):
    assert translation.gettext(english) == chinese


def test_nothing_in_the_menu_is_called_a_fragment():
    assert "片段" not in home_of("bureau")


def test_help_on_passwords_is_courteous():
    account = signed_in("bureau").get(reverse("wagtailadmin_account")).content.decode()
    assert "密码至少" in account
    assert "你的密码" not in account


def test_an_empty_choice_asks_to_choose():
    page = signed_in("provider1").get(reverse("qualification_add")).content.decode()
    assert "---------" not in page
    assert '<option value="" selected>请选择</option>' in page


def test_beijing_time_reads_on_in_a_sentence():
    moment = timezone.now()
    local = timezone.localtime(moment)
    said = beijing_time(moment)
    assert said.startswith("北京时间 ")
    assert said.endswith(f"{local:%H:%M}")


# -- tables on a phone ----------------------------------------------------------------------------


def test_rows_of_members_say_what_each_cell_is():
    """On a phone the heading row is out of sight, and each cell stands in a line of its own."""
    page = signed_in("provider1").get(reverse("members")).content.decode()
    assert "desk-stack" in page
    for label in ("用户名", "最近登录", "角色"):
        assert f'data-label="{label}"' in page
