"""Public notices as the office runs them: all of them, one of them, its end."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from cases.models import NoticePage, NoticeState, NoticeSubject
from cases.models.notices import today
from cases.notices.drafting import draft_notice, shortlisted_cases
from cases.notices.office_forms import PutOnNoticeForm, ReasonForm, ResultForm, TakeOutForm
from cases.notices.parties import is_tied_to_notice, objections_for
from cases.notices.public_page import result_address, shown_subjects
from cases.notices.results import (
    WITHDRAWABLE,
    Figures,
    proposed_sentence,
    publish_result,
    why_no_result,
    withdraw_notice,
)
from cases.notices.sections import notice_section
from cases.notices.subjects import take_out
from cases.notices.telling import DECIDES, SEES
from cases.notices.views.objections import checked
from providers.acts import confirm_act, office_only, posted
from providers.matching.office_frame import crumbs
from providers.office_lists import OfficeListView


class NoticeFilterSet(WagtailFilterSet):
    title = django_filters.CharFilter(
        label=gettext_lazy("Title"), field_name="title", lookup_expr="icontains", max_length=100
    )
    about = django_filters.ChoiceFilter(
        label=gettext_lazy("What is put on notice"), choices=NoticePage.About.choices
    )

    class Meta:
        model = NoticePage
        fields: list[str] = []


class NoticesView(OfficeListView):
    """Every notice, the latest first, with what is open about it."""

    permission = SEES
    model = NoticePage
    page_title = gettext_lazy("Public notices")
    header_icon = "calendar-alt"
    index_url_name = "notices_all"
    index_results_url_name = "notices_all_results"
    filterset_class = NoticeFilterSet
    default_ordering = ("-starts_on", "-pk")
    verbose_name_plural = gettext_lazy("public notices")
    counted = ngettext_lazy("%(count)s notice", "%(count)s notices", "count")
    columns = [
        TitleColumn("title", label=gettext_lazy("Title"), url_name="notices_notice"),
        Column("about", label=gettext_lazy("What is put on notice"), accessor="get_about_display"),
        Column("starts_on", label=gettext_lazy("First day"), sort_key="starts_on"),
        Column("ends_on", label=gettext_lazy("Last day"), sort_key="ends_on"),
        StatusTagColumn(
            "state",
            label=gettext_lazy("Status"),
            accessor=lambda row: row.state_counted().label,
            primary=lambda row: row.state_counted() == NoticeState.OPEN,
        ),
        Column("filed", label=gettext_lazy("Objections"), accessor="filed"),
        Column("waiting", label=gettext_lazy("of which open"), accessor="waiting"),
    ]

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        if not self.request.user.has_perm(DECIDES):
            return []
        return [
            HeaderButton(
                _("Put cases on public notice"), url=reverse("notices_put"), icon_name="plus"
            )
        ]

    def get_base_queryset(self) -> QuerySet[NoticePage]:
        return NoticePage.objects.select_related("record", "result").with_counts()


@never_cache
@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice: where it stands, what is on it, what was said against it, what can be done."""
    office_only(request.user, SEES)
    row = get_object_or_404(NoticePage, pk=pk)
    decides = request.user.has_perm(DECIDES) and not is_tied_to_notice(request.user, row)
    state = row.state()
    rows = objections_for(request.user).filter(notice=row)
    context = {
        "notice": row,
        "state": state,
        "state_words": state.label,
        "record": getattr(row, "record", None),
        "result_url": result_address(row, state),
        "subjects": list(zip(row.subjects.all(), shown_subjects(row), strict=True)),
        "objections": rows.select_related("subject__record", "subject__page"),
        "may_edit": row.permissions_for_user(request.user).can_edit(),
        "may_withdraw": decides and state in WITHDRAWABLE,
        "may_publish_result": decides and state == NoticeState.HANDLED,
        "may_take_out": decides and state in WITHDRAWABLE,
        "why_no_result": why_no_result(row) if state == NoticeState.CLOSED else "",
        "page_title": row.title,
        "header_title": row.title,
        "header_icon": "calendar-alt",
        "breadcrumbs_items": crumbs(reverse("notices_all"), row.title, _("Public notices")),
    }
    return render(request, "cases/notices/admin/notice.html", context)


def decided_notice(request: HttpRequest, pk: int) -> NoticePage:
    """The notice for whoever may decide on it; 404 for everybody else."""
    office_only(request.user, DECIDES)
    row = get_object_or_404(NoticePage, pk=pk)
    if is_tied_to_notice(request.user, row):
        raise Http404
    return row


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def notice_result(request: HttpRequest, pk: int) -> HttpResponse:
    """Look at what came of the notice and publish it."""
    row = decided_notice(request, pk)
    figures = Figures.of(row)

    def act(data: dict) -> str:
        publish_result(row, by=request.user, sentence=data["sentence"])
        return _("The result is published.")

    return confirm_act(
        request,
        ResultForm(posted(request)["data"], initial={"sentence": proposed_sentence(figures)}),
        checked(act),
        back=reverse("notices_notice", args=[row.pk]),
        title=_("Publish the result of “%(title)s”") % {"title": row.title},
        icon="check",
        template="cases/notices/admin/result.html",
        submit=_("Publish the result"),
        figures=figures,
        why_not="" if row.state() == NoticeState.HANDLED else why_no_result(row),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def notice_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a public notice, with a reason."""
    row = decided_notice(request, pk)

    def act(data: dict) -> str:
        withdraw_notice(row, by=request.user, reason=data["reason"])
        return _("The notice is withdrawn; its page says so.")

    return confirm_act(
        request,
        ReasonForm(posted(request)["data"]),
        checked(act),
        back=reverse("notices_notice", args=[row.pk]),
        title=_("Withdraw “%(title)s”") % {"title": row.title},
        icon="warning",
        submit=_("Withdraw the notice"),
        is_grave=True,
        sentences=[
            _("It stays on the site, marked as withdrawn with your reason; objections end."),
            _("What was on it needs a new notice before it is published."),
            _("It cannot be undone."),
        ],
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def subject_out(request: HttpRequest, pk: int, subject_id: int) -> HttpResponse:
    """Take one subject out of a public notice."""
    row = decided_notice(request, pk)
    subject = get_object_or_404(NoticeSubject, notice=row, pk=subject_id)

    def act(data: dict) -> str:
        take_out(subject, by=request.user, reason=data["reason"], fate=data["fate"])
        return _("It is taken out of the notice.")

    return confirm_act(
        request,
        TakeOutForm(posted(request)["data"]),
        checked(act),
        back=reverse("notices_notice", args=[row.pk]),
        title=_("Take “%(title)s” out of the notice") % {"title": subject.title},
        icon="minus",
        submit=_("Take it out"),
        is_grave=True,
        sentences=[
            _("The notice says so with your reason; everything else goes on."),
            _("It cannot be undone."),
        ],
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def put_on_notice(request: HttpRequest) -> HttpResponse:
    """Make a draft notice of shortlisted cases, and go on in its editor."""
    office_only(request.user, DECIDES)
    section = notice_section()
    if section is None or not section.permissions_for_user(request.user).can_add_subpage():
        raise Http404
    cases = {str(case.pk): case for case in shortlisted_cases()}
    form = PutOnNoticeForm(posted(request)["data"], initial={"starts_on": today()})
    form.fields["cases"].choices = [(key, case.title) for key, case in cases.items()]
    made: list[NoticePage] = []

    def act(data: dict) -> str:
        chosen = [cases[key] for key in data["cases"]]
        made.append(
            draft_notice(chosen, starts_on=data["starts_on"], by=request.user, section=section)
        )
        return _("The draft is made. Read it over and publish it before its first day.")

    response = confirm_act(
        request,
        form,
        checked(act),
        back=reverse("notices_all"),
        title=_("Put cases on public notice"),
        icon="calendar-alt",
        template="cases/notices/admin/put.html",
        submit=_("Make the draft"),
        has_cases=bool(cases),
    )
    return redirect("wagtailadmin_pages:edit", made[0].pk) if made else response
