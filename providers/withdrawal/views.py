"""What a provider's member does about its own listings: withdraw them, appeal."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.cache import never_cache

from catalog.models import Appeal, ListingPage, Removal
from providers.acts import confirm_act, own_listing, posted
from providers.withdrawal.forms import AppealForm, WithdrawalForm
from providers.withdrawal.removing import appeal
from providers.withdrawal.withdrawing import obligations, withdraw


@never_cache
def listing_withdraw(request: HttpRequest, page_id: int) -> HttpResponse:
    """Say what a withdrawal does, and do it on a POST."""
    page = own_listing(request.user, page_id)
    if not page.live:
        raise Http404
    points = obligations(page)
    form = WithdrawalForm(**posted(request), asks_for_all=bool(points))

    def act(data: dict) -> str:
        leaving = withdraw(
            page, by=request.user, reason=data["reason"], with_all=data.get("with_all", False)
        )
        return ngettext(
            "%(count)s listing was withdrawn.", "%(count)s listings were withdrawn.", len(leaving)
        ) % {"count": len(leaving)}

    return confirm_act(
        request,
        form,
        act,
        back=reverse("wagtailadmin_pages:edit", args=[page.pk]),
        title=_("Withdraw “%(title)s”") % {"title": page.title},
        icon="warning",
        submit=pgettext("a listing", "Withdraw"),
        is_grave=True,
        points=points,
        points_heading=_("What you leave behind"),
        sentences=[
            _(
                "It leaves the site and the search at once. Its address then says that you "
                "withdrew it, and since when."
            ),
            _("A review that is under way is cancelled."),
            _("It comes back only when you submit it again and the review approves it."),
        ],
    )


@never_cache
def removal_appeal(request: HttpRequest, page_id: int) -> HttpResponse:
    """Why a listing was removed, until when an appeal is possible, and its answer."""
    page = own_listing(request.user, page_id)
    removal = latest_removal(page)
    if removal is None:
        raise Http404
    filed = Appeal.objects.filter(removal=removal).first()
    is_open = removal.is_open_to_appeal()
    if request.method == "POST" and not is_open:
        raise Http404
    form = AppealForm(**posted(request))

    def act(data: dict) -> str:
        appeal(removal, by=request.user, text=data["text"])
        return _("The appeal was sent to the bureau.")

    return confirm_act(
        request,
        form,
        act,
        back=reverse("removal_appeal", args=[page.pk]),
        title=_("Removal of “%(title)s”") % {"title": removal.page.title},
        icon="warning",
        template="desk/removal_appeal.html",
        submit=_("Send the appeal"),
        removal=removal,
        appeal=filed,
        is_open=is_open,
        sentences=[
            _("The bureau removed it on %(day)s.")
            % {"day": date_format(timezone.localtime(removal.at), "Y-m-d")},
        ],
    )


def latest_removal(page: ListingPage) -> Removal | None:
    """The latest removal of the page or of a page above it; those in force come first."""
    removals = Removal.objects.over(page).select_related("page").order_by("-at")
    return removals.in_force().first() or removals.first()
