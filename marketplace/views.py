"""Small views around the pages."""

from __future__ import annotations

from django.core.validators import slug_re
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import defaults
from django.views.decorators.http import require_GET, require_POST

from cases.models import CaseCollectionPage, CasePage
from catalog.models import SolutionPage
from marketplace.context import CARE_COOKIE
from marketplace.models import ArticleIndexPage
from providers.models import ProviderPage

YEAR = 365 * 24 * 3600


@require_POST
def care_mode(request: HttpRequest) -> HttpResponse:
    """Switch care mode on or off and go back to where the visitor was."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    if request.COOKIES.get(CARE_COOKIE) == "on":
        response.delete_cookie(CARE_COOKIE, samesite="Lax")
    else:
        response.set_cookie(
            CARE_COOKIE, "on", max_age=YEAR, samesite="Lax", secure=request.is_secure()
        )
    return response


@require_GET
def leave(request: HttpRequest, provider: str) -> HttpResponse:
    """Say that the next page is a provider's own and not this site's."""
    page = get_object_or_404(ProviderPage.objects.listed(), slug=provider)
    target = page.website
    if solution := request.GET.get("solution", ""):
        if not slug_re.match(solution):
            raise Http404
        found = get_object_or_404(SolutionPage.objects.listed().child_of(page), slug=solution)
        target = found.video_url if request.GET.get("what") == "video" else found.product_url
    if not target:
        return defaults.page_not_found(request, ValueError("no website"))
    return render(request, "pages/leave.html", {"provider": page, "target": target})


@require_GET
def robots(request: HttpRequest) -> HttpResponse:
    """Crawlers read the pages, not every combination of filters nor anybody's own pages."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        f"Allow: {reverse('score_rule')}$",
        "Disallow: /requests/",
        "Disallow: /adoptions/",
        "Disallow: /visit/",
        "Allow: /join/$",
        "Disallow: /join/",
        f"Allow: {reverse('case_score_rule')}$",
        "Disallow: /scoring/",
        "Disallow: /search/",
        "Disallow: /api/",
        "Disallow: /*?*",
        f"Sitemap: {request.build_absolute_uri(reverse('sitemap_xml'))}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_GET
def site_map(request: HttpRequest) -> HttpResponse:
    """The site on one page, for people."""
    context = {
        "sections": ArticleIndexPage.objects.live().public(),
        "providers": ProviderPage.objects.listed().order_by("slug"),
        "solutions": SolutionPage.objects.listed().order_by("slug"),
        "cases": CasePage.objects.listed().order_by("slug"),
        "editions": CaseCollectionPage.objects.listed().order_by("-first_published_at"),
    }
    return render(request, "pages/site_map.html", context)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say what to do when the browser's session and the form no longer agree."""
    return render(request, "pages/csrf_failure.html", status=403)
