"""Proofs of what a listing says: sent by its provider, seen by those who review it."""

from __future__ import annotations

from django import forms
from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.log_actions import log
from wagtail.models import Page, TaskState

from catalog.editing import take_for_writing
from catalog.models import Evidence, Indicator, ListingPage
from catalog.uploads import evidence_response
from providers.acts import confirm_act, listing_or_404, posted
from providers.models import ProviderPage
from providers.qualifications.forms import EvidenceForm
from providers.review.recusal import Reader, submissions
from providers.withdrawal.subtree import ActRefused

SEES_ALL = "catalog.view_evidence"
# Enough for every claim of a listing, and a bound for the storage.
MOST = 30


@never_cache
def evidence_list(request: HttpRequest, page_id: int) -> HttpResponse:
    """The proofs of one listing, and the form that adds another: for whoever edits it."""
    page = edited_listing(request.user, page_id)
    form = EvidenceForm(
        **posted(request), instance=Evidence(page_id=page.pk), indicators=indicators_of(page)
    )

    def act(data: dict) -> str:
        add(form.instance, page, by=request.user)
        return _("The proof was added.")

    return confirm_act(
        request,
        form,
        act,
        back=reverse("evidence_list", args=[page.pk]),
        title=_("Proofs of “%(title)s”") % {"title": page.title},
        icon="doc-full",
        template="desk/evidence.html",
        submit=_("Add the proof"),
        proofs=Evidence.objects.filter(page_id=page.pk).select_related("indicator"),
        edit_url=reverse("wagtailadmin_pages:edit", args=[page.pk]),
        sentences=[
            _("Only your colleagues, the bureau and whoever reviews this listing see these files.")
        ],
    )


def edited_listing(user, page_id: int) -> ListingPage:
    """The listing, if the user may edit it: a member its own, the bureau a case below Cases."""
    return listing_or_404(page_id, lambda page: page.permissions_for_user(user).can_edit())


def indicators_of(page: ListingPage) -> QuerySet[Indicator]:
    """The indicators that the latest version of a listing gives figures for."""
    latest = page.get_latest_revision_as_object()
    figures = latest.indicators.all() if hasattr(latest, "indicators") else ()
    return Indicator.objects.filter(pk__in=[figure.indicator_id for figure in figures])


@transaction.atomic
def add(proof: Evidence, page: ListingPage, *, by) -> None:
    """Keep a proof.

    Raises:
        ActRefused: the listing has as many as it may.
    """
    Page.objects.select_for_update().get(pk=page.pk)
    if Evidence.objects.filter(page_id=page.pk).count() >= MOST:
        raise ActRefused([_("A listing holds at most %(most)s proofs.") % {"most": MOST}])
    proof.uploaded_by = by
    proof.save()
    log(instance=page, action="providers.add_evidence", user=by, data={"evidence": proof.pk})


@transaction.atomic
def remove(proof: Evidence, page: ListingPage, *, by) -> None:
    """Delete a proof; its file goes with it.

    Raises:
        ActRefused: the listing is under review, which looks at it.
    """
    # A submission holds the page too: from here on none begins.
    take_for_writing(page.pk)
    if in_review(page.pk).exists():
        raise ActRefused([_("While the listing is under review its proofs stay; recall it first.")])
    said = {"evidence": proof.pk, "name": proof.name}
    log(instance=page, action="providers.drop_evidence", user=by, data=said)
    proof.delete()


@never_cache
def evidence_delete(request: HttpRequest, pk: int) -> HttpResponse:
    proof = get_object_or_404(Evidence, pk=pk)
    page = edited_listing(request.user, proof.page_id)

    def act(data: dict) -> str:
        remove(proof, page, by=request.user)
        return _("The proof was deleted.")

    return confirm_act(
        request,
        forms.Form(**posted(request)),
        act,
        back=reverse("evidence_list", args=[page.pk]),
        title=_("Delete “%(name)s”") % {"name": proof.name},
        icon="bin",
        submit=_("Delete"),
        is_grave=True,
        sentences=[_("The file is deleted too. This cannot be undone.")],
    )


@never_cache
@require_safe
def evidence_download(request: HttpRequest, pk: int) -> FileResponse:
    """The file, for the provider's members, the bureau, and who decides on the listing now."""
    proof = get_object_or_404(Evidence.objects.select_related("page"), pk=pk)
    user = request.user
    if not (user.has_perm(SEES_ALL) or is_own(user, proof.page) or reviews(user, proof.page)):
        raise Http404
    return evidence_response(proof.file, proof.name)


def is_own(user, page: Page) -> bool:
    """Whether the page lies in the subtree of a provider that the user works for."""
    paths = ProviderPage.objects.of_member(user).values_list("path", flat=True)
    return any(page.path.startswith(path) for path in paths)


def reviews(user, page: Page) -> bool:
    """Whether the user may decide on the page's running step; a rival who comments may not."""
    reader = Reader.of(user)
    return any(reader.may_decide(step) for step in submissions(in_review(page.pk)))


def in_review(page_id: int):
    """The running step of a page's review."""
    return TaskState.objects.filter(
        status=TaskState.STATUS_IN_PROGRESS, workflow_state__object_id=str(page_id)
    )
