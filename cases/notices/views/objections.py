"""The register of objections, and what the bureau does with one."""

from __future__ import annotations

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn

from cases.models import NoticePage, Objection, ObjectionFile, ObjectionState
from cases.notices.deciding import admit, answer_objection, refuse_admission
from cases.notices.office_forms import AdmissionForm, AnswerForm, PaperStatementForm
from cases.notices.parties import objections_for
from cases.notices.statements import enter_statement
from cases.notices.telling import DECIDES, SEES
from catalog.uploads import evidence_response
from providers.acts import confirm_act, office_only, posted
from providers.matching.office_frame import MomentColumn, crumbs
from providers.office_lists import OfficeListView
from providers.withdrawal.subtree import ActRefused

STATES = [
    ("open", gettext_lazy("open")),
    ("late", gettext_lazy("overdue")),
    ("closed", pgettext_lazy("objection", "closed")),
]


class ObjectionFilterSet(WagtailFilterSet):
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("Status"), choices=STATES, method="filter_state"
    )
    notice = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Public notice"),
        queryset=NoticePage.objects.filter(objections__isnull=False).distinct(),
    )

    class Meta:
        model = Objection
        fields: list[str] = []

    def filter_state(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        if value == "late":
            return queryset.overdue()
        blocking = queryset.blocking()
        return blocking if value == "open" else queryset.exclude(pk__in=blocking.values("pk"))


class ObjectionsView(OfficeListView):
    """Objections that the officer may see, the next due first; nobody's name stands here."""

    permission = SEES
    model = Objection
    page_title = gettext_lazy("Objections to public notices")
    header_icon = "warning"
    index_url_name = "notices_objections"
    index_results_url_name = "notices_objections_results"
    filterset_class = ObjectionFilterSet
    default_ordering = (F("answered_at").asc(nulls_first=True), "due_at", "pk")
    verbose_name_plural = gettext_lazy("objections")
    counted = ngettext_lazy("%(count)s objection", "%(count)s objections", "count")
    columns = [
        TitleColumn(
            "reference",
            label=pgettext_lazy("objection", "Reference"),
            get_url=lambda row: reverse("notices_objection", args=[row.reference]),
        ),
        Column("notice", label=gettext_lazy("Public notice"), accessor="notice.title"),
        Column("about", label=pgettext_lazy("objection", "About"), accessor="about"),
        StatusTagColumn(
            "state",
            label=gettext_lazy("Status"),
            accessor="state_words",
            primary=lambda row: row.is_open(),
        ),
        MomentColumn("filed_at", label=gettext_lazy("Filed on"), sort_key="filed_at"),
        MomentColumn("due_at", label=gettext_lazy("To be handled by"), sort_key="due_at"),
        StatusTagColumn(
            "late",
            label=pgettext_lazy("objection", "Time"),
            accessor=lambda row: lateness(row),
            primary=True,
        ),
    ]

    def get_base_queryset(self) -> QuerySet[Objection]:
        return visible(self.request)


def lateness(objection: Objection) -> str:
    """That an open objection is overdue; empty where it is not."""
    is_late = objection.is_open() and objection.due_at < timezone.now()
    return _("overdue") if is_late else ""


def visible(request: HttpRequest) -> QuerySet[Objection]:
    """What the officer may see, with what lists and pages show of it."""
    rows = objections_for(request.user)
    return rows.select_related("notice", "subject__record", "subject__page")


def found(request: HttpRequest, reference: str, permission: str = SEES) -> Objection:
    """The objection; 404 for whoever may not see it, as for none."""
    office_only(request.user, permission)
    return get_object_or_404(visible(request), reference=reference)


@never_cache
@require_safe
def objection(request: HttpRequest, reference: str) -> HttpResponse:
    """One objection; who filed it is shown to those who decide."""
    row = found(request, reference)
    decides = request.user.has_perm(DECIDES)
    state = row.state()
    context = {
        "objection": row,
        "state": state,
        "late": lateness(row),
        "decides": decides,
        "may_admit": decides and state == ObjectionState.FILED,
        "may_answer": decides and state == ObjectionState.ADMITTED,
        "files": row.files.all() if decides else (),
        "statements": row.statements.select_related("provider"),
        "notice_url": reverse("notices_notice", args=[row.notice_id]),
        "page_title": title_of(row),
        "header_title": title_of(row),
        "header_icon": "warning",
        "breadcrumbs_items": crumbs(
            reverse("notices_objections"), row.reference, _("Objections to public notices")
        ),
    }
    return render(request, "cases/notices/admin/objection.html", context)


def title_of(row: Objection) -> str:
    return _("Objection %(reference)s") % {"reference": row.reference}


def checked(act):
    """An act whose ``ValidationError`` is told as a refusal, above the form."""

    def carry_out(data: dict) -> str:
        try:
            return act(data)
        except ValidationError as error:
            raise ActRefused(error.messages) from error

    return carry_out


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def objection_admit(request: HttpRequest, reference: str) -> HttpResponse:
    """Admit an objection or not."""
    row = found(request, reference, DECIDES)

    def act(data: dict) -> str:
        if data["decision"] == "refuse":
            refuse_admission(row, by=request.user, reason=data["reason"])
            return _("The objection is not admitted; whoever filed it is told.")
        admit(
            row,
            by=request.user,
            reason=data["reason"],
            text_for_parties=data["text_for_parties"],
        )
        return _("The objection is admitted; whoever filed it and the parties are told.")

    return confirm_act(
        request,
        AdmissionForm(posted(request)["data"], objection=row),
        checked(act),
        back=reverse("notices_objection", args=[row.reference]),
        title=_("Admit objection %(reference)s or not") % {"reference": row.reference},
        icon="warning",
        template="cases/notices/admin/act.html",
        submit=_("Decide"),
        objection=row,
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def objection_answer(request: HttpRequest, reference: str) -> HttpResponse:
    """Uphold or dismiss an admitted objection."""
    row = found(request, reference, DECIDES)

    def act(data: dict) -> str:
        answer_objection(
            row,
            by=request.user,
            is_upheld=data["outcome"] == "upheld",
            answer=data["answer"],
            public_answer=data["public_answer"],
            fate=data.get("fate", ""),
        )
        return _("The objection is answered; whoever filed it is told.")

    return confirm_act(
        request,
        AnswerForm(posted(request)["data"], has_subject=row.subject is not None),
        checked(act),
        back=reverse("notices_objection", args=[row.reference]),
        title=_("Answer objection %(reference)s") % {"reference": row.reference},
        icon="warning",
        template="cases/notices/admin/act.html",
        submit=_("Answer"),
        is_grave=True,
        objection=row,
        statements=row.statements.select_related("provider"),
        sentences=[
            _("It cannot be undone."),
            _("Where it is upheld, its subject is taken out of the notice at once.")
            if row.subject
            else _("Where it is upheld, withdraw the notice afterwards."),
        ],
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def objection_statement(request: HttpRequest, reference: str) -> HttpResponse:
    """Enter what a party without an account has said."""
    row = found(request, reference, DECIDES)

    def act(data: dict) -> str:
        enter_statement(row, by=request.user, party=data["party"], text=data["text"])
        return _("The statement is entered.")

    return confirm_act(
        request,
        PaperStatementForm(posted(request)["data"]),
        checked(act),
        back=reverse("notices_objection", args=[row.reference]),
        title=_("Enter a statement on objection %(reference)s") % {"reference": row.reference},
        icon="edit",
        template="cases/notices/admin/act.html",
        submit=_("Enter it"),
        objection=row,
    )


@never_cache
@require_safe
def objection_file(request: HttpRequest, reference: str, attachment: str) -> HttpResponse:
    """A file that was sent along, for those who decide: it may show who sent it."""
    row = found(request, reference, DECIDES)
    file = get_object_or_404(ObjectionFile, objection=row, public_id=attachment)
    return evidence_response(file.file, file.name)
