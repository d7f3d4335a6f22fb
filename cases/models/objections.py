"""Objections to what is on public notice. Who objects is known to the bureau alone."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models.notices import NoticePage, NoticeSubject
from catalog.models import private_storage
from catalog.validation import validate_phone
from providers.models import Delivery, KeyedRow, ProviderPage

# How many files an objection may have.
MAX_FILES = 3


class ObjectionState(models.TextChoices):
    """Where an objection stands; derived from its time stamps."""

    FILED = "filed", _("waits for admission")
    NOT_ADMITTED = "not_admitted", _("not admitted")
    ADMITTED = "admitted", _("admitted, being examined")
    UPHELD = "upheld", _("upheld")
    DISMISSED = "dismissed", _("dismissed")
    WITHDRAWN = "withdrawn", _("withdrawn by whoever filed it")


class ObjectionQuerySet(models.QuerySet):
    def undecided(self) -> ObjectionQuerySet:
        """Neither admitted, refused nor taken back."""
        return self.filter(admitted_at=None, not_admitted_at=None, withdrawn_at=None)

    def unanswered(self) -> ObjectionQuerySet:
        """Admitted, and nothing said about the matter yet."""
        return self.filter(admitted_at__isnull=False, answered_at=None, withdrawn_at=None)

    def blocking(self) -> ObjectionQuerySet:
        """Those that hold up the publication of what they are about."""
        return self.filter(
            Q(admitted_at=None, not_admitted_at=None)
            | Q(admitted_at__isnull=False, answered_at=None),
            withdrawn_at=None,
        )

    def upheld(self) -> ObjectionQuerySet:
        return self.filter(is_upheld=True)

    def overdue(self, at: datetime | None = None) -> ObjectionQuerySet:
        """Open beyond the day by which they had to be handled."""
        return self.blocking().filter(due_at__lt=at or timezone.now())

    def of_pages(self, page_ids: Iterable[int]) -> ObjectionQuerySet:
        """Those about one of these pages, or about a whole notice that holds one."""
        about = Q(subject__page__in=page_ids)
        whole = Q(subject=None, notice__subjects__page__in=page_ids)
        return self.filter(about | whole).distinct()


class Objection(KeyedRow):
    """What somebody says against a subject of a notice, or against the notice as a whole.

    ``text`` is as it was written; ``text_for_parties`` is what the bureau lets the parties read,
    without anything that tells who wrote it.
    """

    notice = models.ForeignKey(
        NoticePage, models.PROTECT, related_name="objections", verbose_name=_("public notice")
    )
    subject = models.ForeignKey(
        NoticeSubject,
        models.PROTECT,
        null=True,
        related_name="objections",
        verbose_name=_("about"),
    )
    text = models.TextField(_("objection"), max_length=2000)
    # Fingerprint of the session that sent it, which alone may see link and code.
    sent_from = models.CharField(max_length=64, blank=True, editable=False)

    # Kept from everybody but the bureau.
    name = models.CharField(_("name"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True, validators=[validate_phone])
    email = models.EmailField(_("e-mail"), blank=True)
    consent_version = models.CharField(max_length=20, editable=False)
    consent_hash = models.CharField(max_length=64, editable=False)
    erased_at = models.DateTimeField(_("personal data erased on"), null=True, editable=False)

    filed_at = models.DateTimeField(_("filed on"), default=timezone.now)
    due_at = models.DateTimeField(_("to be handled by"))
    withdrawn_at = models.DateTimeField(_("withdrawn on"), null=True)

    admitted_at = models.DateTimeField(_("admitted on"), null=True)
    not_admitted_at = models.DateTimeField(_("not admitted on"), null=True)
    admission_reason = models.TextField(_("reason"), max_length=500, blank=True)
    admission_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    text_for_parties = models.TextField(_("what the parties read"), max_length=2000, blank=True)

    answered_at = models.DateTimeField(_("answered on"), null=True)
    is_upheld = models.BooleanField(_("upheld"), null=True)
    answer = models.TextField(_("answer to whoever filed it"), max_length=1000, blank=True)
    public_answer = models.TextField(_("public sentence"), max_length=500, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    objects = ObjectionQuerySet.as_manager()
    key_purpose = "objection"

    class Meta:
        ordering = ["filed_at", "pk"]
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        constraints = [
            models.CheckConstraint(
                condition=Q(admitted_at=None) | Q(not_admitted_at=None),
                name="objection_is_admitted_or_not",
            ),
            models.CheckConstraint(
                condition=Q(admitted_at=None, not_admitted_at=None) | ~Q(admission_reason=""),
                name="objection_admission_says_why",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, is_upheld=None, answer="", public_answer="")
                | (
                    Q(answered_at__isnull=False, is_upheld__isnull=False, admitted_at__isnull=False)
                    & ~Q(answer="")
                    & ~Q(public_answer="")
                ),
                name="objection_is_answered_in_full",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=False) | ~Q(phone="") | ~Q(email=""),
                name="objection_can_be_answered",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(name="", phone="", email=""),
                name="erased_objection_names_nobody",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def state(self) -> ObjectionState:
        """Where it stands."""
        if self.withdrawn_at:
            return ObjectionState.WITHDRAWN
        if self.not_admitted_at:
            return ObjectionState.NOT_ADMITTED
        if self.answered_at:
            return ObjectionState.UPHELD if self.is_upheld else ObjectionState.DISMISSED
        return ObjectionState.ADMITTED if self.admitted_at else ObjectionState.FILED

    @property
    def state_words(self) -> str:
        return self.state().label

    @property
    def about(self) -> str:
        """What it is about, in words."""
        return self.subject.title if self.subject else str(_("the notice as a whole"))

    def is_open(self) -> bool:
        """Whether it still waits for something that the bureau has to do."""
        return self.state() in (ObjectionState.FILED, ObjectionState.ADMITTED)


class ObjectionFile(models.Model):
    """A picture made anew, or a PDF as it came; it may show who sent it, so the bureau's alone."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    objection = models.ForeignKey(Objection, models.CASCADE, related_name="files")
    file = models.FileField(_("file"), upload_to="objections/", storage=private_storage)
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("file of an objection")
        verbose_name_plural = _("files of objections")

    def __str__(self) -> str:
        return self.name


class Statement(models.Model):
    """What a party says about an objection, once.

    A provider writes it in its back office; what others send on paper the bureau enters, with
    ``party`` naming who said it.
    """

    objection = models.ForeignKey(Objection, models.CASCADE, related_name="statements")
    provider = models.ForeignKey(
        ProviderPage, models.CASCADE, null=True, related_name="+", verbose_name=_("provider")
    )
    party = models.CharField(_("whose statement"), max_length=80, blank=True)
    text = models.TextField(_("statement"), max_length=2000)
    at = models.DateTimeField(_("given on"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("statement on an objection")
        verbose_name_plural = _("statements on objections")
        constraints = [
            models.UniqueConstraint(
                fields=["objection", "provider"], name="one_statement_a_provider"
            ),
            models.CheckConstraint(
                condition=(Q(provider__isnull=False, party="") | (Q(provider=None) & ~Q(party=""))),
                name="statement_names_its_party",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.objection_id}: {self.provider or self.party}"


class ObjectionMessageKind(models.TextChoices):
    """Each has its text in ``templates/mail/<kind>.txt``."""

    RECEIVED = "objection_received", _("objection received")
    ADMITTED = "objection_admitted", _("objection admitted")
    NOT_ADMITTED = "objection_not_admitted", _("objection not admitted")
    SETTLED = "objection_settled", _("objection answered")


class ObjectionMessage(Delivery):
    """One message to whoever filed an objection; text and address are made on delivery."""

    kind = models.CharField(_("kind"), max_length=24, choices=ObjectionMessageKind)
    objection = models.ForeignKey(Objection, models.CASCADE, related_name="messages")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("message on an objection")
        verbose_name_plural = _("messages on objections")

    def __str__(self) -> str:
        return self.key
