"""What stands around the pages: language, care mode, crawlers, feeds, leaving the site."""

import logging
import re
from urllib.parse import urlsplit

import pytest
from defusedxml import ElementTree
from django.conf import settings
from django.core.management import call_command
from django.test import Client, override_settings
from wagtail.models import PageViewRestriction

from cases.models import CaseCollectionPage, CasePage, NoticePage
from catalog.models import ProgrammeSettings, SolutionPage, Suspension
from marketplace.logs import MaskPrivateLinks
from marketplace.models import ArticlePage
from providers.models import ProviderPage

pytestmark = pytest.mark.usefixtures("demo_site")

LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
ATOM = "{http://www.w3.org/2005/Atom}"


def language_of(response) -> str:
    return re.search(r'<html lang="([\w-]+)"', response.content.decode()).group(1)


def test_the_site_speaks_chinese_whatever_the_browser_asks_for(client):
    assert language_of(client.get("/", headers={"accept-language": "en-US"})) == "zh-hans"


def test_the_language_is_the_visitors_explicit_choice(client):
    response = client.post("/i18n/setlang/", {"language": "en", "next": "/solutions/"})
    assert response.headers["Location"] == "/solutions/"
    response = client.get("/")
    assert language_of(response) == "en"
    assert "Cookie" in response.headers["Vary"]


def test_an_unknown_language_in_the_cookie_is_chinese(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "xx"
    assert language_of(client.get("/")) == "zh-hans"


def test_care_mode_stays_until_switched_off(client):
    response = client.post("/care/", {"next": "/solutions/"})
    assert response.headers["Location"] == "/solutions/"
    assert 'data-care="on"' in client.get("/").content.decode()
    client.post("/care/", {"next": "/"})
    assert 'data-care="on"' not in client.get("/").content.decode()


@pytest.mark.parametrize("target", ["https://example.org/", "//example.org", "javascript:alert(1)"])
def test_care_mode_leads_nowhere_else(client, target):
    assert client.post("/care/", {"next": target}).headers["Location"] == "/"


def test_a_get_never_switches(client):
    assert client.get("/care/").status_code == 405


def test_the_sitemap_names_what_is_public_and_nothing_else(client):
    tree = ElementTree.fromstring(client.get("/sitemap.xml").content)
    paths = {urlsplit(entry.text).path for entry in tree.iter(LOC)}
    for model in (SolutionPage, ProviderPage, CasePage):
        listed = {page.url for page in model.objects.listed()}
        hidden = {page.url for page in model.objects.all()} - listed
        assert listed <= paths
        assert hidden
        assert not hidden & paths


def test_crawlers_are_kept_from_requests_and_filters(client):
    text = client.get("/robots.txt").content.decode()
    for rule in ("Disallow: /requests/", "Disallow: /admin/", "Disallow: /*?*", "Sitemap: http"):
        assert rule in text


@pytest.mark.parametrize(
    ("address", "pages"),
    [
        ("/feeds/solutions.xml", lambda: SolutionPage.objects.listed()),
        ("/feeds/cases.xml", lambda: CasePage.objects.listed()),
        ("/feeds/editions.xml", lambda: CaseCollectionPage.objects.listed()),
        ("/feeds/notices.xml", lambda: NoticePage.objects.live()),
    ],
)
def test_feeds_hold_what_is_listed(client, address, pages):
    tree = ElementTree.fromstring(client.get(address).content)
    titles = [entry.find(f"{ATOM}title").text for entry in tree.iter(f"{ATOM}entry")]
    assert sorted(titles) == sorted(page.title for page in pages())


def test_a_link_to_a_providers_own_site_says_so_first(client):
    provider = ProviderPage.objects.listed().exclude(website="").first()
    page = client.get(f"/leave/{provider.slug}/").content.decode()
    assert provider.website in page
    assert client.get("/leave/nobody/").status_code == 404
    suspended = ProviderPage.objects.exclude(pk__in=ProviderPage.objects.listed()).first()
    assert client.get(f"/leave/{suspended.slug}/").status_code == 404


def test_a_link_to_a_products_page_or_video_says_so_first(client):
    solution = SolutionPage.objects.listed().exclude(product_url="").first()
    SolutionPage.objects.filter(pk=solution.pk).update(video_url="https://video.example.com/1")
    leave = f"/leave/{solution.provider.slug}/?solution={solution.slug}"
    assert solution.product_url in client.get(leave).content.decode()
    assert "https://video.example.com/1" in client.get(f"{leave}&what=video").content.decode()
    assert client.get(f"/leave/{solution.provider.slug}/?solution=none").status_code == 404


def test_no_page_asks_a_third_party_for_anything(client):
    solution, provider, case = (
        model.objects.listed().first() for model in (SolutionPage, ProviderPage, CasePage)
    )
    pages = ["/", "/solutions/", "/requests/new/", solution.url, provider.url, case.url]
    for address in pages:
        response = client.get(address)
        loaded = re.findall(
            r"<(?:img|script|iframe|source|link rel=\"(?:stylesheet|icon|preload)\")[^>]*?"
            r"(?:src|href|srcset)=\"(https?:)?//[^\"]*",
            response.content.decode(),
        )
        assert not loaded, address
        policy = response.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]


def test_home_computes_its_figures_now(client):
    progress = client.get("/").context["progress"]
    assert (progress.solutions_recognised, progress.solutions_target) == (13, 24)
    assert (progress.benchmarks, progress.benchmarks_target) == (3, 6)
    assert progress.solutions_listed == SolutionPage.objects.listed().count() == 13
    SolutionPage.objects.listed().first().unpublish()
    after = client.get("/").context["progress"]
    assert (after.solutions_listed, after.solutions_recognised) == (12, 13)


def test_days_left_are_shown_only_where_the_setting_says_so(client):
    assert client.get("/").context["progress"].deadlines
    ProgrammeSettings.objects.update(show_countdown=False)
    assert not client.get("/").context["progress"].deadlines


def test_articles_and_notices_are_public(client):
    for page in [*ArticlePage.objects.live(), *NoticePage.objects.live()]:
        assert client.get(page.url).status_code == 200, page.url


def test_every_listed_page_answers_in_both_languages(client):
    for model in (SolutionPage, ProviderPage, CasePage):
        for page in model.objects.listed():
            for language in ("zh-hans", "en"):
                client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
                response = client.get(page.url)
                assert response.status_code == 200
                assert page.title in response.content.decode()


def test_a_second_loading_changes_nothing():
    def rows() -> dict[str, int]:
        from django.apps import apps

        return {
            model._meta.label: model._base_manager.count()
            for model in apps.get_models()
            if model._meta.managed and model._meta.app_label != "sessions"
        }

    call_command("load_demo", verbosity=0)
    before = rows()
    assert before["matching.MatchRequest"] == 6
    assert before["matching.CallBack"] == 1
    updated = set(SolutionPage.objects.values_list("pk", "latest_revision_created_at"))
    call_command("load_demo", verbosity=0)
    assert rows() == before
    assert updated == set(SolutionPage.objects.values_list("pk", "latest_revision_created_at"))


def test_demonstration_accounts_open_nothing_in_production():
    client = Client()
    login = {"username": "bureau", "password": settings.DEMO_PASSWORD}
    assert client.login(**login)
    with override_settings(DEMO_ALLOWED=False):
        assert not Client().login(**login)


@pytest.mark.parametrize(
    "address",
    ["/no-such-page/", "/providers/nobody/", "/cases/%00/", "/providers/a/b/c/", "/leave/%00/"],
)
def test_an_unknown_address_is_a_404_page(client, address):
    response = client.get(address)
    assert response.status_code == 404
    assert "<main" in response.content.decode()


@pytest.mark.parametrize(
    "address", ["/", "/solutions/", "/search/", "/policy/", "/notices/", "/help/", "/news/"]
)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_list_says_what_it_holds_to_search_engines(client, address, language):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = client.get(address).content.decode()
    assert len(re.search(r'<meta name="description" content="([^"]*)">', page).group(1)) > 5


def test_a_page_behind_a_password_asks_for_it_inside_the_frame(client):
    article = ArticlePage.objects.live().first()
    PageViewRestriction.objects.create(page=article, restriction_type="password", password="sesame")
    page = client.get(article.url).content.decode()
    assert 'class="mainnav"' in page
    assert 'name="password"' in page
    assert article.title not in page.split("<main")[1].split("</main>")[0]


def test_logs_hold_no_key_of_a_private_link():
    record = logging.LogRecord(
        "django.server", logging.INFO, "", 0, '"GET /requests/%s/ HTTP/1.1" 200', ("ab" * 20,), None
    )
    assert MaskPrivateLinks().filter(record)
    assert record.getMessage() == '"GET /requests/…/ HTTP/1.1" 200'


def test_a_suspended_page_says_that_it_may_come_back(client):
    provider = ProviderPage.objects.listed().first()
    Suspension.objects.create(page_id=provider.pk, reason="演示整改")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    shown = client.get(provider.url)
    assert shown.status_code == 410
    assert "comes back when the suspension ends" in shown.content.decode()


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("address", ["/search/", "/solutions/", "/requests/new/"])
def test_too_many_parameters_are_refused_in_words(client, settings, address, debug):
    settings.DEBUG = debug
    response = client.get(f"{address}?" + "&".join(["x=1"] * 10_001))
    assert response.status_code == 400
    assert "<h1>" in response.content.decode()
