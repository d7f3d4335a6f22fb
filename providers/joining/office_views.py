"""Applications to join, as the bureau reads and decides them."""

from __future__ import annotations

from datetime import timedelta

import django_filters
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import BooleanField, Case, Max, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn

from catalog.uploads import evidence_response
from providers.acts import office_only
from providers.joining.checks import registry_checks
from providers.joining.decisions import (
    DECIDES,
    DecidedError,
    ObstacleError,
    approve_application,
    can_take_back,
    refuse_application,
    return_application,
    take_back_approval,
)
from providers.joining.drafts import MovedOnError
from providers.joining.summary import answer_sections, retention_words
from providers.models import Application
from providers.office_lists import OfficeListView

State = Application.State
SEES = "providers.view_application"
SENT_STATES = [choice for choice in State.choices if choice[0] != State.DRAFT]
AGES = [
    (3, gettext_lazy("3 days or more")),
    (7, gettext_lazy("7 days or more")),
    (15, gettext_lazy("15 days or more")),
]


class ApplicationFilterSet(WagtailFilterSet):
    state = django_filters.ChoiceFilter(label=gettext_lazy("Status"), choices=SENT_STATES)
    age = django_filters.TypedChoiceFilter(
        label=gettext_lazy("Sent before"), choices=AGES, coerce=int, method="filter_age"
    )

    class Meta:
        model = Application
        fields: list[str] = []

    def filter_age(self, queryset, name: str, value: int):
        return queryset.filter(submitted_at__lte=timezone.now() - timedelta(days=value))


class ApplicationsView(OfficeListView):
    """Every application that was sent; those that wait come first, the oldest on top."""

    permission = SEES
    model = Application
    page_title = gettext_lazy("Applications to join")
    header_icon = "form"
    index_url_name = "application_list"
    index_results_url_name = "application_list_results"
    filterset_class = ApplicationFilterSet
    default_ordering = ("-is_waiting", "submitted_at", "pk")
    verbose_name_plural = gettext_lazy("applications to join")
    counted = ngettext_lazy(
        "%(count)s application to join", "%(count)s applications to join", "count"
    )
    columns = [
        TitleColumn(
            "company",
            label=gettext_lazy("Company"),
            url_name="application_detail",
            id_accessor="reference",
        ),
        Column("reference", label=gettext_lazy("Application number")),
        Column("uscc", label=gettext_lazy("Unified social credit code")),
        StatusTagColumn(
            "state",
            label=gettext_lazy("Status"),
            accessor="get_state_display",
            primary=lambda application: application.state == State.SUBMITTED,
        ),
        DateColumn("submitted_at", label=gettext_lazy("Sent on"), sort_key="submitted_at"),
        Column(
            "waits",
            label=gettext_lazy("Days waiting"),
            accessor=lambda application: days_waiting(application),
        ),
    ]

    def get_base_queryset(self):
        waits = Case(
            When(state=State.SUBMITTED, then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        )
        return Application.objects.sent().annotate(is_waiting=waits)


def days_waiting(application: Application) -> int | str:
    """Full days since it was sent, while it waits for the bureau."""
    if application.state != State.SUBMITTED:
        return ""
    return (timezone.now() - application.submitted_at).days


class DecisionForm(forms.Form):
    """What is decided, and in which words; return and refusal cannot be without."""

    APPROVE, RETURN, REFUSE = "approve", "return", "refuse"

    decision = forms.ChoiceField(
        choices=[(APPROVE, APPROVE), (RETURN, RETURN), (REFUSE, REFUSE)],
        error_messages={"required": gettext_lazy("Please choose what you decide.")},
    )
    # The last event of the version that the officer reads; another may have come since.
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    message = forms.CharField(
        label=gettext_lazy("Message to the applicant"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Needed to return or to refuse. The applicant reads it."),
    )

    def clean(self) -> dict:
        cleaned = super().clean()
        wordless = not cleaned.get("message", "").strip() and "message" not in self.errors
        if cleaned.get("decision") in (self.RETURN, self.REFUSE) and wordless:
            self.add_error("message", _("Tell the applicant why, in a message."))
        return cleaned


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Say why the approval is taken back.")},
    )


def seen_application(request: HttpRequest, reference: str) -> Application:
    """An application that was sent; 404 for drafts and for whoever may not see any."""
    office_only(request.user, SEES)
    rows = Application.objects.sent().select_related("provider")
    # Read together with the answers, so that it never names a later version than theirs.
    rows = rows.annotate(last_event=Max("events__pk"))
    return get_object_or_404(rows, reference=reference)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: HttpRequest, reference: str) -> HttpResponse:
    """Everything about one application; a decision is a POST."""
    application = seen_application(request, reference)
    form = DecisionForm(request.POST or None, initial={"seen": application.last_event})
    status = 200
    if request.method == "POST":
        if form.is_valid() and decide(request, application, form):
            return redirect("application_detail", reference)
        application = seen_application(request, reference)
        status = 422
    return render_detail(request, application, form, status=status)


def decide(request: HttpRequest, application: Application, form: DecisionForm) -> bool:
    """Carry the decision out and say so; False, with the reason in the form, where it fails."""
    decision, message = form.cleaned_data["decision"], form.cleaned_data["message"]
    seen = form.cleaned_data["seen"]
    try:
        if decision == form.APPROVE:
            approve_application(application, by=request.user, message=message, seen=seen)
            done = _("Approved. The profile is made and the contact is invited.")
        elif decision == form.RETURN:
            return_application(application, by=request.user, message=message, seen=seen)
            done = _("Returned to the applicant.")
        else:
            refuse_application(application, by=request.user, reason=message, seen=seen)
            done = _("Refused.")
    except ObstacleError as error:
        form.add_error(None, str(error))
        return False
    except DecidedError as error:
        form.add_error(None, decided_words(error))
        # The page shows the version of now; the next decision is on that one.
        form.data = {**form.data.dict(), "seen": error.event and error.event.pk}
        return False
    except (PermissionDenied, MovedOnError) as error:
        raise Http404 from error
    messages.success(request, done)
    return True


def decided_words(error: DecidedError) -> str:
    """Who was faster, and what was decided."""
    event = error.event
    if event is None or event.by is None:
        return _("The applicant has changed or withdrawn it meanwhile; nothing was decided.")
    return _("%(officer)s has decided on it meanwhile: %(state)s. Nothing was changed now.") % {
        "officer": event.by.get_full_name() or event.by.get_username(),
        "state": event.get_state_display(),
    }


def render_detail(
    request: HttpRequest,
    application: Application,
    form: DecisionForm,
    *,
    reason_form: ReasonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "application": application,
        "sections": answer_sections(application),
        "retention_words": retention_words(application),
        "files": application.files.select_related("type"),
        "checks": [] if application.erased_at else registry_checks(application),
        "events": application.events.select_related("by"),
        "form": form,
        "reason_form": reason_form or ReasonForm(),
        "can_decide": application.state == State.SUBMITTED and request.user.has_perm(DECIDES),
        "can_take_back": request.user.has_perm(DECIDES) and can_take_back(application),
        "team": getattr(application.provider, "team", None),
        "page_title": application.company,
        "header_title": application.company,
        "header_icon": "form",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse("application_list"), "label": _("Applications to join")},
            {"url": "", "label": application.company},
        ],
    }
    return render(request, "desk/application_detail.html", context, status=status)


@never_cache
@require_POST
def take_back(request: HttpRequest, reference: str) -> HttpResponse:
    """Undo an approval while nothing of the provider was public."""
    application = seen_application(request, reference)
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            take_back_approval(application, by=request.user, reason=form.cleaned_data["reason"])
        except ObstacleError as error:
            form.add_error(None, str(error))
        except DecidedError as error:
            form.add_error(None, decided_words(error))
        except (PermissionDenied, MovedOnError) as error:
            raise Http404 from error
        else:
            messages.success(request, _("The approval is taken back; the application waits again."))
            return redirect("application_detail", reference)
        application = seen_application(request, reference)
    decision_form = DecisionForm(initial={"seen": application.last_event})
    return render_detail(request, application, decision_form, reason_form=form, status=422)


@never_cache
@require_safe
def file(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """A file of an application as a download."""
    found = get_object_or_404(seen_application(request, reference).files, pk=pk)
    return evidence_response(found.file, found.name)
