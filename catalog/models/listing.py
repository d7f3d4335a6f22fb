"""What every listing is: a page that goes public through one gate.

A listing (solution, provider, case) may be edited by competitors, so publishing is refused here,
where a revision becomes live, whichever door it came through: button, API, bulk action, schedule,
copy, approval, command.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, models, transaction
from django.db.models import Q
from django.dispatch import Signal
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.models import COMMENTS_RELATION_NAME, Page, PageManager, PageQuerySet, Revision
from wagtail.models.pages import PagePermissionTester
from wagtail.url_routing import RouteResult

from catalog import admission
from catalog.forms import ListingPageForm
from catalog.models.content import (
    content_hash,
    is_republication,
    public_content,
    saved_content,
)
from catalog.models.holds import Removal, Suspension, Withdrawal, line_of_paths

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.http import HttpRequest, HttpResponse

# Receivers answer with a list of sentences that name what is missing before `page` may be public.
publish_blockers = Signal()
# The same for what others have yet to do once `page` was submitted: score it, put it on notice,
# agree to it. Its author can submit it all the same.
publication_conditions = Signal()
# Receivers answer whether one of `pages` (a queryset) is kept though it was never public.
kept_pages = Signal()


class PublicationRefused(PermissionDenied):
    """A revision may not become live; ``blockers`` lists why, in the reader's language."""

    def __init__(self, blockers: list[str]) -> None:
        self.blockers = blockers
        super().__init__(" ".join(str(blocker) for blocker in blockers))


def concerns_publication(update_fields: Iterable[str] | None) -> bool:
    """Whether a save of just these fields (``None``: of all) may change what is public."""
    return update_fields is None or bool({"live", "live_revision"} & set(update_fields))


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


class ListingQuerySet(PageQuerySet):
    def listed(self, at: datetime | None = None) -> ListingQuerySet:
        """What the public may see now: live, not private, not expired, not suspended."""
        return self.live().public().unexpired(at).unsuspended()

    def unexpired(self, at: datetime | None = None) -> ListingQuerySet:
        return self.filter(Q(expire_at=None) | Q(expire_at__gt=at or timezone.now()))

    def unsuspended(self) -> ListingQuerySet:
        """Leaves out pages that a suspension holds, on themselves or on a page above."""
        return self.exclude(Suspension.objects.in_force().reaches())


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

    @transaction.atomic
    def save(self, *args, **kwargs) -> None:
        """Save, unless that would make a revision public that may not be.

        Raises:
            PublicationRefused: the revision going live lacks a decision of the bureau, belongs to
                another page, has open points, or was withdrawn or removed since.
        """
        goes_public = False
        if self.live and concerns_publication(kwargs.get("update_fields")):
            self.check_decided()
            goes_public = self.goes_public()
            if goes_public:
                self.check_complete()
                self.note_update()
        super().save(*args, **kwargs)
        if goes_public:
            open_withdrawals = Withdrawal.objects.filter(page_id=self.pk, ended_at=None)
            open_withdrawals.update(ended_at=timezone.now())

    def save_revision(
        self,
        user: AbstractBaseUser | None = None,
        *args,
        clean: bool = True,
        overwrite_revision: Revision | None = None,
        **kwargs,
    ) -> Revision:
        """Save a revision, or return the latest one where nothing differs from it.

        One that was decided on is history and is never written over.
        """
        latest = self.get_latest_revision() if self.pk else None
        if latest is not None and not self.alias_of_id and self.says_the_same_as(latest):
            if clean:
                self.full_clean()
            return latest
        decided = PublicationDecision.objects.filter(revision=overwrite_revision)
        if overwrite_revision is not None and decided.exists():
            overwrite_revision = None
        return super().save_revision(
            user, *args, clean=clean, overwrite_revision=overwrite_revision, **kwargs
        )

    def says_the_same_as(self, revision: Revision) -> bool:
        """Whether saving this page now would store what the revision holds already."""
        if getattr(self, COMMENTS_RELATION_NAME).filter(pk__isnull=True).exists():
            return False
        model = type(self)
        mine = saved_content(self.serializable_data(), model)
        return mine == saved_content(revision.content, model)

    def says_the_same_as_public(self) -> bool:
        """Whether nothing of this content differs from what the public reads now."""
        shown = Revision.objects.filter(pk=self.live_revision_id or 0).first()
        if not self.live or shown is None:
            return False
        model = type(self)
        mine, public = (
            saved_content(content, model) for content in (self.serializable_data(), shown.content)
        )
        # What colleagues say to each other in the margin is no matter for the review.
        return mine | {COMMENTS_RELATION_NAME: []} == public | {COMMENTS_RELATION_NAME: []}

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

    def check_not_taken_down(self) -> None:
        """Raise ``PublicationRefused`` where a removal stands, or a withdrawal since the decision.

        No override helps: one needs a granted appeal, the other a new submission.
        """
        if found := self.removal_blockers():
            raise PublicationRefused(found)
        decided_at = self.live_decision().decided_at
        if Withdrawal.objects.filter(
            page_id=self.pk or 0, ended_at=None, at__gte=decided_at
        ).exists():
            raise PublicationRefused(
                [_("The provider has withdrawn it; it comes back by a new submission only.")]
            )

    def removal_blockers(self) -> list[str]:
        """The sentence that the bureau removed this page or one above it; empty where not."""
        if not Removal.objects.in_force().over(self).exists():
            return []
        return [_("The bureau has removed it; only a granted appeal brings it back.")]

    def check_complete(self) -> None:
        """Raise ``PublicationRefused`` with what is missing, unless the bureau overrode it."""
        self.check_not_taken_down()
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
        return [*self.missing(), *self.told_by(publication_conditions)]

    def missing(self) -> list[str]:
        """The part of ``blockers`` that its author puts right before it is submitted."""
        own = [*self.removal_blockers(), *self.own_blockers()]
        return [*own, *self.told_by(publish_blockers)]

    def told_by(self, signal: Signal) -> list[str]:
        """The sentences that the receivers of a signal have about this page."""
        answers = signal.send(sender=type(self), page=self)
        return [sentence for _receiver, sentences in answers for sentence in sentences]

    def admission_checks(self) -> list[admission.Check]:
        """The checklist that this content alone answers; page types put their points before it."""
        return [admission.evidence_check(self), *admission.wording_checks(self)]

    def own_blockers(self) -> list[str]:
        """The part of ``blockers`` that the page type can tell from its own fields."""
        return admission.sentences(self.admission_checks(), admission.State.BLOCK)

    def warnings(self) -> list[str]:
        """What a reviewer should look at, though it does not stop publication."""
        return admission.sentences(self.admission_checks(), admission.State.WARN)

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


class ListingPermissionTester(PagePermissionTester):
    """What was published once answers 410 for ever, so it cannot be deleted; nor what is kept."""

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        if not super().can_delete(ignore_bulk):
            return False
        subtree = self.page.get_descendants(inclusive=True)
        if subtree.exclude(first_published_at=None).exists():
            return False
        return not any(kept for _receiver, kept in kept_pages.send(type(self), pages=subtree))

    def can_copy(self) -> bool:
        """By Wagtail's form; members copy in their list of tasks, without the history."""
        return self.user.is_superuser and super().can_copy()


def publish_revision(
    revision: Revision, *, by: AbstractBaseUser | None, override_reason: str = ""
) -> None:
    """Record the bureau's decision for exactly this revision and make it public.

    What the public reads already is not published again.

    Raises:
        PublicationRefused: something is missing and no ``override_reason`` is given, or the
            revision carries a date of publication, which nothing would carry out.
    """
    if (date := revision.as_object().go_live_at) and date > timezone.now():
        raise PublicationRefused([_("A date of publication cannot be set for listings.")])
    kinds = PublicationDecision.Kind
    with transaction.atomic():
        page = hold_for_publication(revision.content_object)
        if page.live and page.live_revision and is_republication(revision, page.live_revision):
            settle_republication(page, revision)
            return
        PublicationDecision.objects.update_or_create(
            revision=revision,
            defaults={
                "page_id": revision.object_id,
                "kind": kinds.OVERRIDE if override_reason else kinds.APPROVED,
                "reason": override_reason,
                "content_hash": content_hash(revision),
                "decided_by": by,
                "decided_at": timezone.now(),
            },
        )
        PublishPageRevisionAction(revision, user=by).execute(skip_permission_checks=True)


def hold_for_publication(page: Page) -> Page:
    """The page as it is now, held until the transaction ends.

    A removal holds the page that it removes, so it and a publication below it have an order. A
    change of a page above, such as another name, is not waited for.
    """
    above = [path for path in line_of_paths(page) if path != page.path]
    if connection.vendor == "postgresql":
        # Django knows no such lock. SQLite needs none: it lets one transaction write at a time.
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM wagtailcore_page WHERE path = ANY(%s) ORDER BY path FOR KEY SHARE",
                [above],
            )
    return Page.objects.select_for_update(no_key=True).get(pk=page.pk)


def settle_republication(page: Page, revision: Revision) -> None:
    """Nothing of a live page changes but that its latest version is no open change any more."""
    if page.latest_revision_id == revision.pk and page.has_unpublished_changes:
        Page.objects.filter(pk=page.pk).update(has_unpublished_changes=False)
