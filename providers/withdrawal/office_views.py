"""What the bureau does about listings on the site: suspend, lift, remove, answer appeals."""

from __future__ import annotations

import django_filters
from django.contrib import messages
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from django.views.decorators.cache import never_cache
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn
from wagtail.models import Page, get_page_models

from catalog.models import Appeal, ListingPage, Removal, Suspension, Withdrawal
from providers.acts import confirm_act, listing_or_404, office_only, posted
from providers.office_lists import OfficeListView
from providers.withdrawal.forms import AnswerForm, LiftForm, RemovalForm, SuspensionForm
from providers.withdrawal.removing import answer, last_day_of_appeal, may_answer, remove
from providers.withdrawal.subtree import listings_below
from providers.withdrawal.suspending import lift, open_points, suspend

SUSPENDS = "catalog.add_suspension"
REMOVES = "catalog.add_removal"
ANSWERS = "catalog.change_appeal"


# -- all listings with what holds them -------------------------------------------------------------


class Standing(models.TextChoices):
    """Where a listing that was public once stands."""

    SHOWN = "shown", gettext_lazy("shown")
    SUSPENDED = "suspended", gettext_lazy("suspended")
    REMOVED = "removed", gettext_lazy("removed by the bureau")
    WITHDRAWN = "withdrawn", gettext_lazy("withdrawn by the provider")
    OFF = "off", gettext_lazy("not shown")


def listings_with_standing() -> QuerySet:
    """Every listing that was public once, with its ``standing``."""
    kinds = [model for model in get_page_models() if issubclass(model, ListingPage)]
    withdrawals = Withdrawal.objects.filter(page=OuterRef("pk"), ended_at=None)
    standing = Case(
        When(Removal.objects.in_force().reaches(), then=Value(Standing.REMOVED)),
        When(Suspension.objects.in_force().reaches(), then=Value(Standing.SUSPENDED)),
        When(Exists(withdrawals), then=Value(Standing.WITHDRAWN)),
        When(Q(live=True), then=Value(Standing.SHOWN)),
        default=Value(Standing.OFF),
        output_field=models.CharField(),
    )
    once_public = Page.objects.type(*kinds).exclude(first_published_at=None)
    return once_public.annotate(standing=standing)


class HeldListingFilterSet(WagtailFilterSet):
    title = django_filters.CharFilter(
        label=gettext_lazy("Title"), field_name="title", lookup_expr="icontains", max_length=100
    )
    standing = django_filters.ChoiceFilter(
        label=gettext_lazy("Status"), field_name="standing", choices=Standing.choices
    )

    class Meta:
        model = Page
        fields: list[str] = []


class HeldListingsView(OfficeListView):
    """Every listing that was ever public, for the bureau to suspend, remove or bring back."""

    permission = SUSPENDS
    model = Page
    page_title = gettext_lazy("Listings on the site")
    header_icon = "view"
    index_url_name = "held_listings"
    index_results_url_name = "held_listings_results"
    filterset_class = HeldListingFilterSet
    default_ordering = "title"
    verbose_name_plural = gettext_lazy("listings")
    counted = ngettext_lazy("%(count)s listing", "%(count)s listings", "count")
    columns = [
        TitleColumn("title", label=gettext_lazy("Title"), url_name="listing_holds"),
        Column("type", label=gettext_lazy("Type"), accessor="page_type_display_name"),
        StatusTagColumn(
            "standing",
            label=gettext_lazy("Status"),
            accessor=lambda page: Standing(page.standing).label,
            primary=lambda page: page.standing == Standing.SHOWN,
        ),
        DateColumn("last_published_at", label=gettext_lazy("Last published")),
    ]

    def get_base_queryset(self) -> QuerySet:
        return listings_with_standing().select_related("content_type")


@never_cache
def listing_holds(request: HttpRequest, page_id: int) -> HttpResponse:
    """One listing: what held it and what holds it now, and the acts that are open."""
    office_only(request.user, SUSPENDS)
    page = listing_or_404(page_id, lambda each: each.first_published_at is not None)
    suspensions, removals = Suspension.objects.over(page), Removal.objects.over(page)
    is_removed = removals.in_force().exists()
    context = {
        "listing": page,
        "page_title": page.title,
        "header_icon": "view",
        "standing": Standing(listings_with_standing().get(pk=page.pk).standing).label,
        "suspensions": suspensions.select_related("page", "set_by").order_by("-starts_at"),
        "removals": removals.select_related("page", "by", "appeal").order_by("-at"),
        "withdrawals": Withdrawal.objects.filter(page_id=page.pk).order_by("-at"),
        # What is removed is out of sight already.
        "may_suspend": not is_removed and not suspensions.in_force().filter(page=page).exists(),
        "may_remove": request.user.has_perm(REMOVES) and not is_removed,
    }
    return render(request, "desk/listing_holds.html", context)


@never_cache
def listing_suspend(request: HttpRequest, page_id: int) -> HttpResponse:
    """Say what a suspension does, and do it on a POST."""
    office_only(request.user, SUSPENDS)
    page = listing_or_404(page_id, lambda each: each.first_published_at is not None)

    def act(data: dict) -> str:
        suspend(page, by=request.user, reason=data["reason"], until=data["until"])
        return _("The listing is suspended; its provider has been told.")

    return confirm_act(
        request,
        SuspensionForm(**posted(request)),
        act,
        back=reverse("listing_holds", args=[page.pk]),
        title=_("Suspend “%(title)s”") % {"title": page.title},
        icon="warning",
        submit=_("Suspend"),
        sentences=[
            _("It and all below it leave the site and the search at once, and come back together."),
            _("Nothing is unpublished; drafts and reviews go on."),
        ],
    )


@never_cache
def suspension_lift(request: HttpRequest, pk: int) -> HttpResponse:
    """Check the rules again and lift a suspension."""
    office_only(request.user, SUSPENDS)
    hold = get_object_or_404(Suspension.objects.in_force(), pk=pk)
    page = listing_or_404(hold.page_id)
    points = open_points(listings_below(page))

    def act(data: dict) -> str:
        lift(hold, by=request.user, override_reason=data.get("override_reason", ""))
        return _("The suspension is lifted; its provider has been told.")

    return confirm_act(
        request,
        LiftForm(**posted(request), has_open_points=bool(points)),
        act,
        back=reverse("listing_holds", args=[page.pk]),
        title=_("Lift the suspension of “%(title)s”") % {"title": page.title},
        icon="undo",
        submit=_("Show it again"),
        points=points,
        points_heading=_("Open points"),
        sentences=[
            _("Suspended since %(day)s: %(reason)s")
            % {
                "day": date_format(timezone.localtime(hold.starts_at), "Y-m-d"),
                "reason": hold.reason,
            },
            _("The rules were checked again on all that would come back."),
        ],
    )


@never_cache
def listing_remove(request: HttpRequest, page_id: int) -> HttpResponse:
    """Say what a removal does and what cannot be undone, and do it on a POST."""
    office_only(request.user, REMOVES)
    page = listing_or_404(page_id, lambda each: each.first_published_at is not None)

    def act(data: dict) -> str:
        remove(page, by=request.user, reason=data["reason"])
        return _("The listing is removed; its provider has been told that it may appeal.")

    below = [each.title for each in listings_below(page) if each.live and each.pk != page.pk]
    return confirm_act(
        request,
        RemovalForm(**posted(request)),
        act,
        back=reverse("listing_holds", args=[page.pk]),
        title=_("Remove “%(title)s”") % {"title": page.title},
        icon="bin",
        submit=_("Remove"),
        is_grave=True,
        points=below,
        points_heading=_("Removed together with it"),
        sentences=[
            _("It and all below it are unpublished; reviews that are under way are cancelled."),
            _(
                "You cannot undo this: only a granted appeal of the provider brings it back. "
                "The appeal is open until %(day)s and another officer answers it."
            )
            % {"day": date_format(last_day_of_appeal(), "Y-m-d")},
            _("For a pause, suspend it instead."),
        ],
    )


# -- appeals ---------------------------------------------------------------------------------------


class AppealFilterSet(WagtailFilterSet):
    open = django_filters.ChoiceFilter(
        label=gettext_lazy("Status"),
        choices=[("open", gettext_lazy("open")), ("answered", gettext_lazy("answered"))],
        method="filter_open",
    )

    class Meta:
        model = Appeal
        fields: list[str] = []

    def filter_open(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(answered_at__isnull=value == "open")


class AppealsView(OfficeListView):
    """Appeals against removals, the open ones first, the oldest of them at the top."""

    permission = ANSWERS
    model = Appeal
    page_title = gettext_lazy("Appeals")
    header_icon = "mail"
    index_url_name = "appeals"
    index_results_url_name = "appeals_results"
    filterset_class = AppealFilterSet
    default_ordering = (F("answered_at").asc(nulls_first=True), "filed_at")
    verbose_name_plural = gettext_lazy("appeals")
    counted = ngettext_lazy("%(count)s appeal", "%(count)s appeals", "count")
    columns = [
        TitleColumn(
            "title",
            label=gettext_lazy("Listing"),
            accessor="removal.page.title",
            url_name="appeal_answer",
        ),
        DateColumn("filed_at", label=gettext_lazy("Filed on")),
        StatusTagColumn(
            "granted",
            label=gettext_lazy("Status"),
            accessor=lambda appeal: outcome_of(appeal),
            primary=lambda appeal: appeal.granted is None,
        ),
    ]

    def get_base_queryset(self) -> QuerySet:
        return Appeal.objects.select_related("removal__page")


def outcome_of(appeal: Appeal) -> str:
    """Where an appeal stands, in a word."""
    words = {None: _("open"), True: _("granted"), False: _("rejected")}
    return words[appeal.granted]


@never_cache
def appeal_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """One appeal with the removal it is against; the answer is a POST."""
    office_only(request.user, ANSWERS)
    filed = get_object_or_404(Appeal.objects.select_related("removal__page"), pk=pk)
    page = filed.removal.page

    def act(data: dict) -> str:
        refused = answer(
            filed, by=request.user, granted=data["granted"] == "yes", text=data["answer"]
        )
        for title, points in refused.items():
            said = _("“%(title)s” did not come back: %(points)s")
            messages.warning(request, said % {"title": title, "points": " ".join(points)})
        return _("The appeal is answered; the provider has been told.")

    return confirm_act(
        request,
        AnswerForm(**posted(request)),
        act,
        back=reverse("appeals"),
        title=_("Appeal: %(title)s") % {"title": page.title},
        icon="mail",
        template="desk/appeal_answer.html",
        submit=_("Answer"),
        appeal=filed,
        removal=filed.removal,
        outcome=outcome_of(filed),
        may_answer=filed.answered_at is None and may_answer(filed, request.user),
    )
