"""The bureau's look at providers' teams: who belongs to them, and an owner where none is left."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

import django_filters
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn

from providers.acts import office_only
from providers.members import acts
from providers.members.forms import OfficeInviteForm
from providers.members.invitations import OFFICE
from providers.members.views import render_removal, team_context
from providers.models import ProviderTeam
from providers.office_lists import OfficeListView

View = Callable[..., HttpResponse]


class TeamFilterSet(WagtailFilterSet):
    without_owner = django_filters.BooleanFilter(
        label=gettext_lazy("Without an owner"), method="filter_without_owner"
    )

    class Meta:
        model = ProviderTeam
        fields: list[str] = []

    def filter_without_owner(self, queryset, name: str, value: bool):
        return queryset.filter(owner_count=0) if value else queryset.filter(owner_count__gt=0)


class TeamsView(OfficeListView):
    """Every provider with the number of its members."""

    permission = OFFICE
    model = ProviderTeam
    page_title = gettext_lazy("Members of providers")
    header_icon = "group"
    index_url_name = "teams"
    index_results_url_name = "teams_results"
    filterset_class = TeamFilterSet
    default_ordering = ("owner_count", "provider__title")
    verbose_name_plural = gettext_lazy("teams")
    counted = ngettext_lazy("%(count)s team", "%(count)s teams", "count")
    columns = [
        TitleColumn(
            "provider",
            label=gettext_lazy("Provider"),
            accessor="provider.title",
            url_name="team",
            id_accessor="pk",
        ),
        Column("members", label=gettext_lazy("Number of members"), accessor="member_count"),
        Column("owners", label=gettext_lazy("Number of owners"), accessor="owner_count"),
        Column("open", label=gettext_lazy("Open invitations"), accessor="open_count"),
    ]

    def get_base_queryset(self):
        is_open = Q(
            invitations__accepted_at=None,
            invitations__revoked_at=None,
            invitations__expires_at__gt=timezone.now(),
        )
        return ProviderTeam.objects.select_related("provider").annotate(
            member_count=Count("group__user", filter=Q(group__user__is_active=True), distinct=True),
            owner_count=Count("owners", filter=Q(owners__is_active=True), distinct=True),
            open_count=Count("invitations", filter=is_open, distinct=True),
        )


def of_office(view: View) -> View:
    """Hand the team of the address to the view; 404 for everybody but the bureau."""

    @wraps(view)
    def answer(request: HttpRequest, pk: int, *args, **kwargs) -> HttpResponse:
        office_only(request.user, OFFICE)
        team = get_object_or_404(ProviderTeam.objects.select_related("provider"), pk=pk)
        return view(request, team, *args, **kwargs)

    return never_cache(answer)


@of_office
@require_http_methods(["GET", "HEAD", "POST"])
def team(request: HttpRequest, team: ProviderTeam) -> HttpResponse:
    """Members and invitations; a POST invites an owner."""
    form = OfficeInviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and acts.invite_by_form(request, team, form):
        return redirect("team", team.pk)
    context = {
        **team_context(team, "team", team.pk),
        "form": form,
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse("teams"), "label": _("Members of providers")},
            {"url": "", "label": team.provider.title},
        ],
    }
    return render(request, "desk/member_team.html", context, status=422 if form.errors else 200)


@of_office
@require_POST
def send_again(request: HttpRequest, team: ProviderTeam, reference: str) -> HttpResponse:
    acts.send_once_more(request, acts.invitation_in(team, reference))
    return redirect("team", team.pk)


@of_office
@require_POST
def take_back(request: HttpRequest, team: ProviderTeam, reference: str) -> HttpResponse:
    acts.take_invitation_back(request, acts.invitation_in(team, reference))
    return redirect("team", team.pk)


@of_office
@require_POST
def owner(request: HttpRequest, team: ProviderTeam, member: int) -> HttpResponse:
    acts.change_ownership(request, team, acts.member_in(team, member))
    return redirect("team", team.pk)


@of_office
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, team: ProviderTeam, member: int) -> HttpResponse:
    """Ask first; a POST removes."""
    found = acts.member_in(team, member)
    if request.method != "POST":
        return render_removal(request, team, found, reverse("team", args=[team.pk]))
    acts.remove(request, team, found)
    return redirect("team", team.pk)
