"""Outside experts as the bureau keeps them, and what ties office accounts declare."""

from __future__ import annotations

import django_filters
from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from django.views.decorators.cache import never_cache
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from cases.models import DeclaredTies, OutsideExpert
from cases.scoring import experts
from cases.scoring.entry import possible_reviewers
from cases.scoring.forms import InviteForm, TermForm, TiesForm
from cases.scoring.views.frame import crumbs
from providers.acts import confirm_act, office_only, posted
from providers.office_lists import OfficeListView

KEEPS = "cases.change_outsideexpert"
ICON = "user"


class ExpertFilterSet(WagtailFilterSet):
    status = django_filters.ChoiceFilter(
        label=gettext_lazy("Status"),
        choices=[("in_term", gettext_lazy("in the term")), ("ended", gettext_lazy("ended"))],
        method="filter_status",
    )

    class Meta:
        model = OutsideExpert
        fields: list[str] = []

    def filter_status(self, queryset, name: str, value: str):
        return queryset.in_term() if value == "in_term" else queryset.ended()


class ExpertsView(OfficeListView):
    """Every outside expert with the last day of the term."""

    permission = KEEPS
    model = OutsideExpert
    page_title = gettext_lazy("Outside experts")
    header_icon = ICON
    index_url_name = "scoring_experts"
    index_results_url_name = "scoring_experts_results"
    filterset_class = ExpertFilterSet
    default_ordering = ("-ends_on", "pk")
    verbose_name_plural = gettext_lazy("outside experts")
    counted = ngettext_lazy("%(count)s expert", "%(count)s experts", "count")
    columns = [
        TitleColumn(
            "name",
            label=gettext_lazy("Name"),
            accessor=lambda row: row.user.get_full_name() or row.user.get_username(),
            get_url=lambda row: reverse("scoring_expert", args=[row.pk]),
        ),
        Column("organisation", label=gettext_lazy("Works for")),
        Column(
            "ends_on",
            label=gettext_lazy("Last day of the term"),
            accessor=lambda row: f"{row.ends_on:%Y-%m-%d}",
            sort_key="ends_on",
        ),
        StatusTagColumn(
            "status",
            label=gettext_lazy("Status"),
            accessor=lambda row: status_words(row),
            primary=lambda row: row.is_in_term,
        ),
    ]

    def get_base_queryset(self):
        return OutsideExpert.objects.select_related("user")

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        return [
            HeaderButton(
                _("Invite an expert"),
                url=reverse("scoring_expert_invite"),
                icon_name="plus-inverse",
            )
        ]


def status_words(expert: OutsideExpert) -> str:
    if not expert.is_in_term:
        return _("ended")
    return _("in the term") if expert.accepted_at else _("invited")


def expert_crumbs(label: str) -> list[dict]:
    return crumbs((reverse("scoring_experts"), _("Outside experts")), ("", label))


@never_cache
def invite(request: HttpRequest) -> HttpResponse:
    office_only(request.user, KEEPS)
    form = InviteForm(**posted(request))

    def act(typed: dict) -> str:
        expert = experts.invite(
            name=typed["name"],
            email=typed["email"],
            organisation=typed["organisation"],
            ends_on=typed["ends_on"],
            ties=form.ties(),
            by=request.user,
        )
        return _("The invitation to %(name)s has been sent.") % {"name": expert.user.first_name}

    title = _("Invite an expert")
    return confirm_act(
        request,
        form,
        act,
        back=reverse("scoring_experts"),
        title=title,
        icon=ICON,
        breadcrumbs_items=expert_crumbs(title),
        sentences=[
            _("The account reaches the cases that it is asked to score and nothing else."),
        ],
        submit=_("Send the invitation"),
    )


def kept_expert(request: HttpRequest, pk: int) -> OutsideExpert:
    office_only(request.user, KEEPS)
    return get_object_or_404(OutsideExpert.objects.select_related("user"), pk=pk)


def ties_of_account(user: AbstractBaseUser) -> dict:
    """The declared ties as a form shows them first."""
    row = DeclaredTies.objects.filter(user=user.pk).first()
    if row is None:
        return {}
    return {
        "providers": row.providers.all(),
        "enterprises": row.enterprises.all(),
        "organisations": row.organisations,
    }


@never_cache
def expert(request: HttpRequest, pk: int) -> HttpResponse:
    """Term and ties of one expert."""
    row = kept_expert(request, pk)
    initial = {"organisation": row.organisation, "ends_on": row.ends_on}
    form = TermForm(**posted(request), initial=initial | ties_of_account(row.user))

    def act(typed: dict) -> str:
        experts.change(
            row,
            organisation=typed["organisation"],
            ends_on=typed["ends_on"],
            ties=form.ties(),
            by=request.user,
        )
        return _("Saved.")

    name = row.user.get_full_name() or row.user.get_username()
    return confirm_act(
        request,
        form,
        act,
        back=reverse("scoring_experts"),
        title=name,
        icon=ICON,
        template="cases/scoring/expert.html",
        breadcrumbs_items=expert_crumbs(name),
        expert=row,
        status=status_words(row),
        submit=_("Save"),
    )


@never_cache
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    row = kept_expert(request, pk)

    def act(_typed: dict) -> str:
        experts.send_again(row, by=request.user)
        return _("A new link has been sent; the old one opens nothing any more.")

    title = _("Send the link once more")
    return confirm_act(
        request,
        forms.Form(**posted(request)),
        act,
        back=reverse("scoring_expert", args=[pk]),
        title=title,
        icon=ICON,
        breadcrumbs_items=expert_crumbs(title),
        sentences=[_("The old link opens nothing any more.")],
        submit=title,
    )


@never_cache
def end(request: HttpRequest, pk: int) -> HttpResponse:
    row = kept_expert(request, pk)

    def act(_typed: dict) -> str:
        experts.end_term(row, by=request.user)
        return _("The term is ended; the account is closed.")

    title = _("End the term now")
    return confirm_act(
        request,
        forms.Form(**posted(request)),
        act,
        back=reverse("scoring_expert", args=[pk]),
        title=title,
        icon=ICON,
        breadcrumbs_items=expert_crumbs(title),
        sentences=[
            _("The account is closed at once, open sessions included."),
            _("Sheets that are handed in stay and count."),
        ],
        submit=title,
        is_grave=True,
    )


@never_cache
def ties(request: HttpRequest, user_id: int) -> HttpResponse:
    """What an account of the offices has declared; an expert's stands with its term."""
    office_only(request.user, KEEPS)
    user = get_object_or_404(possible_reviewers().filter(outside_expert=None), pk=user_id)
    form = TiesForm(**posted(request), initial=ties_of_account(user))

    def act(_typed: dict) -> str:
        experts.declare_ties(user, form.ties(), by=request.user)
        return _("Saved.")

    title = _("Declared ties of %(name)s") % {"name": user.get_full_name() or user.get_username()}
    return confirm_act(
        request,
        form,
        act,
        back=reverse("scoring"),
        title=title,
        icon=ICON,
        breadcrumbs_items=crumbs(("", title)),
        sentences=[
            _("Whoever has a tie to a case is not asked to score it, and enters no points.")
        ],
        submit=_("Save"),
    )
