"""Every address of the site; pages come last, through Wagtail."""

from django.conf import settings
from django.conf.urls.static import static
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from cases.editions.addresses import booklet_file
from catalog.reward.page import reward_page
from marketplace import views
from marketplace.feeds import CaseFeed, EditionFeed, NoticeFeed, SolutionFeed
from marketplace.sitemaps import SITEMAPS

urlpatterns = [
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("i18n/", include("django.conf.urls.i18n")),
    path("care/", views.care_mode, name="care_mode"),
    path("leave/<slug:provider>/", views.leave, name="leave"),
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap_xml"),
    path("sitemap/", views.site_map, name="site_map"),
    path("robots.txt", views.robots, name="robots"),
    path("feeds/solutions.xml", SolutionFeed(), name="feed_solutions"),
    path("feeds/cases.xml", CaseFeed(), name="feed_cases"),
    path("feeds/editions.xml", EditionFeed(), name="feed_editions"),
    path("feeds/notices.xml", NoticeFeed(), name="feed_notices"),
    path("reward/", reward_page, name="reward"),
    path("join/", include("providers.urls")),
    path("requests/", include("providers.matching.urls")),
    path("nominate/", include("cases.nominating.urls")),
    path("permission/", include("cases.permitting.urls")),
    path("adoptions/", include("cases.adopting.urls")),
    path("visit/", include("cases.visiting.urls")),
    path("", include("cases.indicator_data.urls")),
    path("scoring/", include("cases.scoring.urls")),
    path("objections/", include("cases.notices.urls")),
    path("", include("search.urls")),
    path("<path:address>/booklet.pdf", booklet_file, name="edition_booklet"),
]
if settings.DEBUG:
    urlpatterns += static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT)
urlpatterns += [path("", include(wagtail_urls))]

handler404 = "marketplace.views.page_not_found"
