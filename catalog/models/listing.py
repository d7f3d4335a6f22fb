"""What every listing is: a page that goes public through one gate.

A listing (solution, provider, case) may be edited by competitors, so publishing is refused here,
where a revision becomes live, whichever door it came through: button, API, bulk action, schedule,
copy, approval, command.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q
from django.dispatch import Signal
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.models import get_all_child_relations
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.models import Page, PageManager, PageQuerySet, Revision
from wagtail.models.pages import PagePermissionTester
from wagtail.url_routing import RouteResult

from catalog.forms import ListingPageForm

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.http import HttpRequest, HttpResponse

# Receivers answer with a list of sentences that name what is missing before `page` may be public.
publish_blockers = Signal()


class PublicationRefused(PermissionDenied):
    """A revision may not become live; ``blockers`` lists why, in the reader's language."""

    def __init__(self, blockers: list[str]) -> None:
        self.blockers = blockers
        super().__init__(" ".join(str(blocker) for blocker in blockers))


class Suspension(models.Model):
    """The bureau's hold on a page and everything below it; nothing is unpublished by it.

    It lasts until lifted; ``until`` is the date announced to the provider.
    """

    page = models.ForeignKey(
        Page, models.CASCADE, related_name="suspensions", verbose_name=_("page")
    )
    reason = models.TextField(_("reason"))
    starts_at = models.DateTimeField(_("since"), default=timezone.now)
    until = models.DateField(_("announced until"), null=True, blank=True)
    lifted_at = models.DateTimeField(_("lifted on"), null=True, blank=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("suspension")
        verbose_name_plural = _("suspensions")
        constraints = [
            models.UniqueConstraint(
                fields=["page"],
                condition=Q(lifted_at=None),
                name="one_suspension_a_page",
                violation_error_message=_("This page is suspended already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.page}: {self.reason[:40]}"


class PublicationDecision(models.Model):
    """The bureau's leave for one revision to be public: an approval, or an override with reason."""

    class Kind(models.TextChoices):
        APPROVED = "approved", _("approved")
        OVERRIDE = "override", _("published despite open points")

    page = models.ForeignKey(Page, models.CASCADE, related_name="publication_decisions")
    revision = models.OneToOneField(Revision, models.CASCADE, related_name="publication_decision")
    kind = models.CharField(_("decision"), max_length=10, choices=Kind)
    reason = models.TextField(_("reason"), blank=True)
    # The revision's content as it was decided on; a revision rewritten later is not the same.
    content_hash = models.CharField(max_length=64)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided on"), default=timezone.now)

    class Meta:
        verbose_name = _("publication decision")
        verbose_name_plural = _("publication decisions")
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="override") | ~Q(reason=""), name="override_states_its_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.page_id}: {self.get_kind_display()}"


def line_of_paths(page: Page) -> list[str]:
    """The tree paths from the root down to a page, its own included."""
    return [page.path[:end] for end in range(page.steplen, len(page.path) + 1, page.steplen)]


class ListingQuerySet(PageQuerySet):
    def listed(self, at: datetime | None = None) -> ListingQuerySet:
        """What the public may see now: live, not private, not expired, not suspended."""
        return self.live().public().unexpired(at).unsuspended()

    def unexpired(self, at: datetime | None = None) -> ListingQuerySet:
        return self.filter(Q(expire_at=None) | Q(expire_at__gt=at or timezone.now()))

    def unsuspended(self) -> ListingQuerySet:
        """Leaves out pages that a suspension holds, on themselves or on a page above."""
        path = ExpressionWrapper(OuterRef("path"), output_field=models.CharField())
        holds = Suspension.objects.filter(lifted_at=None).annotate(listing_path=path)
        return self.exclude(Exists(holds.filter(listing_path__startswith=F("page__path"))))


class ListingPage(Page):
    """Base of solutions, providers and cases. Content facts only: decisions lie beside the page."""

    # Moves only when the public content changes, unlike ``last_published_at``.
    updated_on = models.DateTimeField(_("content updated on"), null=True, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)

    objects = PageManager.from_queryset(ListingQuerySet)()

    base_form_class = ListingPageForm
    # Publication follows the review at once, so the editor offers no dates, only comments.
    settings_panels = Page.settings_panels[1:]

    class Meta:
        abstract = True

    # -- the gate -------------------------------------------------------------------------------

    def save(self, *args, **kwargs) -> None:
        """Save, unless that would make a revision public that may not be.

        Raises:
            PublicationRefused: the revision going live lacks a decision of the bureau, belongs to
                another page, or has open points.
        """
        if self.live and kwargs.get("update_fields") is None:
            self.check_decided()
            if self.goes_public():
                self.check_complete()
                self.note_update()
        super().save(*args, **kwargs)

    def save_revision(self, *args, overwrite_revision: Revision | None = None, **kwargs):
        """Save a revision; one that was decided on is history and is never written over."""
        decided = PublicationDecision.objects.filter(revision=overwrite_revision)
        if overwrite_revision is not None and decided.exists():
            overwrite_revision = None
        return super().save_revision(*args, overwrite_revision=overwrite_revision, **kwargs)

    def goes_public(self) -> bool:
        """Whether saving this live page now makes another revision public."""
        if self.pk is None:
            return True
        before = type(self)._base_manager.filter(pk=self.pk).values("live", "live_revision").first()
        if before is None or not before["live"]:
            return True
        return before["live_revision"] != self.live_revision_id

    def check_decided(self) -> None:
        """Raise ``PublicationRefused`` unless the bureau decided on just this content."""
        if self.alias_of_id:
            raise PublicationRefused([_("Aliases of listings are not allowed.")])
        decision = self.live_decision()
        if decision is None or decision.content_hash != content_hash(self.live_revision):
            raise PublicationRefused([_("This version has not been approved by the bureau.")])

    def check_complete(self) -> None:
        """Raise ``PublicationRefused`` with what is missing, unless the bureau overrode it."""
        if self.live_decision().kind == PublicationDecision.Kind.OVERRIDE:
            return
        if blockers := self.blockers():
            raise PublicationRefused(blockers)

    def live_decision(self) -> PublicationDecision | None:
        return PublicationDecision.objects.filter(
            revision_id=self.live_revision_id or 0, page_id=self.pk or 0
        ).first()

    def note_update(self) -> None:
        """Move ``updated_on`` when what the public reads differs from what it read before."""
        previous = (
            PublicationDecision.objects.filter(page_id=self.pk)
            .exclude(revision_id=self.live_revision_id)
            .order_by("-revision_id")
            .select_related("revision")
            .first()
        )
        after = public_content(self.live_revision)
        if previous is None or public_content(previous.revision) != after:
            self.updated_on = timezone.now()

    def blockers(self) -> list[str]:
        """What is missing before this content may be public, as sentences."""
        found = list(self.own_blockers())
        for _receiver, sentences in publish_blockers.send(sender=type(self), page=self):
            found.extend(sentences)
        return found

    def own_blockers(self) -> list[str]:
        """The part of ``blockers`` that the page type can tell from its own fields."""
        return []

    def warnings(self) -> list[str]:
        """What a reviewer should look at, though it does not stop publication."""
        return []

    # -- once public, never deleted, slug fixed -------------------------------------------------

    def clean(self) -> None:
        super().clean()
        once_public = type(self)._base_manager.filter(pk=self.pk, first_published_at__isnull=False)
        fixed = once_public.values_list("slug", flat=True).first()
        if fixed and fixed != self.slug:
            raise ValidationError({"slug": _("The address is fixed since the first publication.")})

    def permissions_for_user(self, user) -> PagePermissionTester:
        return ListingPermissionTester(user, self)

    # -- serving --------------------------------------------------------------------------------

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Also route what was public once and is not now: it answers 410, never a bare 404."""
        if path_components or self.is_shown():
            return super().route(request, path_components)
        if self.first_published_at:
            return RouteResult(self, kwargs={"gone": True})
        raise Http404

    def is_shown(self) -> bool:
        """Whether a visitor may open this page, a password or log-in set on it aside."""
        return type(self).objects.filter(pk=self.pk).live().unexpired().unsuspended().exists()

    def serve(self, request: HttpRequest, *args, gone: bool = False, **kwargs) -> HttpResponse:
        if gone:
            context = {"page": self, "alternatives": self.alternatives()}
            return render(request, "pages/gone.html", context, status=410)
        return super().serve(request, *args, **kwargs)

    def alternatives(self) -> models.QuerySet:
        """Up to six listings of the same type that a visitor of a withdrawn one may want."""
        return type(self).objects.listed().exclude(pk=self.pk).order_by("-first_published_at")[:6]


# What a revision carries about itself, not about the listing.
BOOKKEEPING = frozenset(
    "live has_unpublished_changes first_published_at last_published_at live_revision "
    "latest_revision updated_on draft_title latest_revision_created_at locked locked_at locked_by "
    "path depth numchild url_path comments wagtail_admin_comments go_live_at expire_at expired "
    "owner".split()
)


def content_hash(revision: Revision) -> str:
    """A fingerprint of all that a revision holds."""
    text = json.dumps(revision.content, cls=DjangoJSONEncoder, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def public_content(revision: Revision) -> dict:
    """A revision's content without its book-keeping, to tell a change from a no-op."""
    content = comparable(revision.content, revision.content_object.specific_class)
    return {key: value for key, value in content.items() if key not in BOOKKEEPING}


def comparable(content: dict, model: type[models.Model]) -> dict:
    """Serialised content with one form for each value: 1.8 is 1.8000, and no text is no value."""
    plain = {key: None if value == "" else value for key, value in content.items()}
    for field in model._meta.concrete_fields:
        if isinstance(field, models.DecimalField) and plain.get(field.name) is not None:
            plain[field.name] = f"{Decimal(plain[field.name]).normalize():f}"
    for relation in get_all_child_relations(model):
        if relation.get_accessor_name() in plain:
            rows = plain[relation.get_accessor_name()]
            plain[relation.get_accessor_name()] = [
                comparable(row, relation.related_model) | {"pk": None} for row in rows
            ]
    return plain


class ListingPermissionTester(PagePermissionTester):
    """What was published once answers 410 for ever, so it cannot be deleted."""

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        once_public = self.page.get_descendants(inclusive=True).exclude(first_published_at=None)
        return super().can_delete(ignore_bulk) and not once_public.exists()


def publish_revision(
    revision: Revision, *, by: AbstractBaseUser | None, override_reason: str = ""
) -> None:
    """Record the bureau's decision for exactly this revision and make it public.

    Raises:
        PublicationRefused: something is missing and no ``override_reason`` is given, or the
            revision carries a date of publication, which nothing would carry out.
    """
    if (date := revision.as_object().go_live_at) and date > timezone.now():
        raise PublicationRefused([_("A date of publication cannot be set for listings.")])
    kinds = PublicationDecision.Kind
    with transaction.atomic():
        PublicationDecision.objects.update_or_create(
            revision=revision,
            defaults={
                "page_id": revision.object_id,
                "kind": kinds.OVERRIDE if override_reason else kinds.APPROVED,
                "reason": override_reason,
                "content_hash": content_hash(revision),
                "decided_by": by,
            },
        )
        PublishPageRevisionAction(revision, user=by).execute(skip_permission_checks=True)
