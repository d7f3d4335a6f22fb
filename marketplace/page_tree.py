"""The fixed pages of the site: home, the three indexes, the sections of articles."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from wagtail.models import Locale, Page, Site

from cases.models import CaseIndexPage
from catalog.models import SolutionIndexPage
from marketplace.models import ArticleIndexPage, HomePage
from marketplace.naming import platform_name
from providers.models import ProviderIndexPage

SECTIONS = ArticleIndexPage.Section


def set_up_page_tree() -> HomePage:
    """Create what is missing of the fixed pages and the site that serves them; repeatable."""
    home = HomePage.objects.first() or create_home()
    ensure_child(
        home,
        SolutionIndexPage,
        "solutions",
        "找方案",
        introduction="按行业、场景、价格和交付周期查找“小快轻准”数字化解决方案与产品。",
    )
    ensure_child(
        home,
        ProviderIndexPage,
        "providers",
        "找服务商",
        introduction="查看服务商的类型、有效资质、本地团队与已发布的方案、案例。",
    )
    ensure_child(
        home,
        CaseIndexPage,
        "cases",
        "典型案例",
        introduction="看同类企业做了什么、投入多少、指标前后变化如何，哪些经验可以复制。",
    )
    for slug, section, title in (
        ("policy", SECTIONS.POLICY, "政策"),
        ("notices", SECTIONS.NOTICE, "公示"),
        ("help", SECTIONS.HELP, "帮助"),
        ("news", SECTIONS.NEWS, "动态"),
    ):
        ensure_child(home, ArticleIndexPage, slug, title, section=section)
    return home


def notice_section() -> ArticleIndexPage | None:
    """The section that holds the public notices."""
    return ArticleIndexPage.objects.filter(section=SECTIONS.NOTICE).first()


def create_home() -> HomePage:
    """Put the home page in the place of Wagtail's welcome page and serve it."""
    root = Page.get_first_root_node()
    Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    home = HomePage(
        title="首页",
        slug="start",
        headline="把数字化改造办小、办快、办轻、办准",
        introduction="查方案、看案例、比价格，向服务商提出需求；选哪家，由企业自己定。",
        locale=root.locale,
    )
    root.add_child(instance=home)
    address = urlsplit(settings.SITE_URL)
    Site.objects.all().delete()
    Site.objects.create(
        hostname=address.hostname,
        port=address.port or (443 if address.scheme == "https" else 80),
        root_page=home,
        site_name=platform_name(),
        is_default_site=True,
    )
    Page.objects.filter(depth=2).exclude(pk=home.pk).delete()
    return home


def ensure_child(home: HomePage, model: type[Page], slug: str, title: str, **fields) -> None:
    if home.get_children().filter(slug=slug).exists():
        return
    home.add_child(instance=model(title=title, slug=slug, show_in_menus=True, **fields))
