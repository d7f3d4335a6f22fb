"""A case is put forward: by whom, when, and what became of it. Tables beside the page."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models.pages import CasePage
from catalog.models import Evidence, Indicator, private_storage
from providers.matching.models import MatchRequest
from providers.models import Delivery, KeyedRow, ProviderPage


class NominationQuerySet(models.QuerySet):
    def sent(self) -> NominationQuerySet:
        """What the office sees: a draft that was never sent is its author's alone."""
        return self.exclude(submitted_at=None)

    def open(self) -> NominationQuerySet:
        """Neither withdrawn nor refused."""
        return self.filter(withdrawn_at=None, rejected_at=None)

    def to_take_on(self) -> NominationQuerySet:
        """Sent by enterprises and not made a case yet, the oldest first."""
        waiting = self.sent().open().filter(side=Nomination.Side.ENTERPRISE, case=None)
        return waiting.filter(returned_at=None).order_by("submitted_at", "pk")


class Nomination(KeyedRow):
    """One a case. An enterprise's begins without a page: the office makes it when it takes it on.

    ``answers`` hold what an enterprise typed, as typed, by step, so that nothing is lost while it
    is wrong.
    """

    key_purpose = "nomination"

    class Side(models.TextChoices):
        PROVIDER = "provider", _("a provider")
        ENTERPRISE = "enterprise", _("the enterprise itself")
        COMMITTEE = "committee", _("the zone committee")
        BUREAU = "bureau", _("the bureau")

    case = models.OneToOneField(
        CasePage, models.CASCADE, null=True, related_name="nomination", verbose_name=_("case")
    )
    side = models.CharField(_("nominated by"), max_length=10, choices=Side)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    # Also once the page has left the provider's own part of the tree.
    provider = models.ForeignKey(
        ProviderPage, models.SET_NULL, null=True, related_name="nominations"
    )
    # The finished request that it was made from.
    request = models.OneToOneField(
        MatchRequest, models.SET_NULL, null=True, related_name="nomination"
    )
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(auto_now=True)
    submitted_at = models.DateTimeField(_("nominated on"), null=True)
    returned_at = models.DateTimeField(_("returned on"), null=True)
    # What the office says with a return or a refusal.
    message = models.TextField(_("message"), max_length=2000, blank=True)
    rejected_at = models.DateTimeField(_("refused on"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn on"), null=True)

    # -- an enterprise's own -------------------------------------------------------------------
    answers = models.JSONField(default=dict)
    # Copies for the office's lists, filled when it is sent.
    company = models.CharField(_("company"), max_length=120, blank=True)
    contact_name = models.CharField(_("contact"), max_length=20, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    # The rules on personal data as they were agreed to (PIPL, art. 17).
    notice_text = models.TextField(blank=True)
    notice_version = models.CharField(max_length=20, blank=True)
    notice_given_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(_("personal data erased on"), null=True)

    objects = NominationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("nomination")
        verbose_name_plural = _("nominations")
        constraints = [
            models.CheckConstraint(
                condition=Q(rejected_at=None) | (Q(withdrawn_at=None) & ~Q(message="")),
                name="refused_nomination_says_why",
            ),
            models.CheckConstraint(
                condition=Q(returned_at=None) | ~Q(message=""),
                name="returned_nomination_says_why",
            ),
            models.CheckConstraint(
                condition=Q(side="enterprise") | Q(case__isnull=False),
                name="nomination_of_an_account_has_its_page",
            ),
            models.CheckConstraint(
                condition=Q(notice_given_at=None) | ~Q(notice_text=""),
                name="nomination_keeps_the_notice",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None)
                | Q(contact_name="", phone="", email="", erased_at__gte=F("created_at")),
                name="erased_nomination_names_nobody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.get_side_display()}"

    @property
    def is_draft(self) -> bool:
        return self.submitted_at is None

    @property
    def is_over(self) -> bool:
        return bool(self.withdrawn_at or self.rejected_at)

    @property
    def is_editable(self) -> bool:
        """Whether its enterprise may still change it: until the office has taken it on."""
        return self.case_id is None and not self.is_over


class NominationFile(models.Model):
    """A picture or a proof that an enterprise sent along; its own and the office's alone."""

    class Kind(models.TextChoices):
        PICTURE = "picture", _("picture")
        PROOF = "proof", _("proof")

    nomination = models.ForeignKey(Nomination, models.CASCADE, related_name="files")
    kind = models.CharField(max_length=10, choices=Kind)
    # Of a picture what it shows, of a proof what it proves.
    name = models.CharField(_("what it shows or proves"), max_length=120)
    file = models.FileField(_("file"), upload_to="nominations/", storage=private_storage)
    # Of a picture: as ``cases.blocks.CasePictureBlock``.
    people = models.CharField(max_length=10, blank=True)
    screens = models.CharField(max_length=10, blank=True)
    # Of a proof: as ``catalog.models.Evidence``.
    evidence_kind = models.CharField(max_length=10, choices=Evidence.Kind, blank=True)
    indicator = models.ForeignKey(Indicator, models.SET_NULL, null=True, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["kind", "pk"]
        verbose_name = _("file of a nomination")
        verbose_name_plural = _("files of nominations")

    def __str__(self) -> str:
        return self.name


class NominationMessageKind(models.TextChoices):
    """Each has its text in ``templates/mail/<kind>.txt``."""

    RECEIVED = "nomination_received", _("nomination received")
    RETURNED = "nomination_returned", _("nomination returned for completion")
    MOVED_ON = "nomination_moved_on", _("nomination decided on")
    QUESTION = "nomination_question", _("permission to publish asked for")


class NominationMessage(Delivery):
    """One message to an enterprise that nominated; text and address are made on delivery."""

    kind = models.CharField(_("kind"), max_length=24, choices=NominationMessageKind)
    nomination = models.ForeignKey(Nomination, models.CASCADE, related_name="messages")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("message on a nomination")
        verbose_name_plural = _("messages on nominations")

    def __str__(self) -> str:
        return self.key
