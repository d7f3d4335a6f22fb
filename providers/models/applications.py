"""A firm's wish to join the pool: from the first typed word to the bureau's decision."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import QualificationType, private_storage
from providers.keys import derive_token, fingerprint, new_reference, new_salt
from providers.models.pages import ProviderPage


class ApplicationQuerySet(models.QuerySet):
    def by_token(self, token: str) -> Application | None:
        """The application that a private link opens."""
        return self.filter(token_hash=fingerprint(token)).first()

    def sent(self) -> ApplicationQuerySet:
        """What the bureau sees: a draft that was never sent is the applicant's alone."""
        return self.exclude(submitted_at=None)

    def waiting(self) -> ApplicationQuerySet:
        """Submitted and not decided, oldest first."""
        return self.filter(state=Application.State.SUBMITTED).order_by("submitted_at", "pk")


class Application(models.Model):
    """``answers`` holds what was typed, as typed, so that nothing is lost while it is wrong.

    The private link is derived, as a request's is (``providers.keys``).
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("not sent yet")
        SUBMITTED = "submitted", _("sent, waits for the bureau")
        RETURNED = "returned", _("returned for completion")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn by the applicant")

    reference = models.CharField(_("reference"), max_length=9, unique=True, default=new_reference)
    salt = models.CharField(max_length=32, default=new_salt)
    token_hash = models.CharField(max_length=64, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    answers = models.JSONField(default=dict)
    # Copies for lists and for the database's own check, filled when it is submitted.
    company = models.CharField(_("company"), max_length=120, blank=True)
    uscc = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    # Which undertakings were ticked when it was last sent, and by whom.
    undertaking_version = models.CharField(
        _("version of the undertakings"), max_length=20, blank=True
    )
    signed_by = models.CharField(_("signed by"), max_length=40, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(auto_now=True)
    submitted_at = models.DateTimeField(_("sent on"), null=True)
    decided_at = models.DateTimeField(_("decided on"), null=True)
    # When its personal data were erased; what remains is the office's record of the decision.
    erased_at = models.DateTimeField(_("personal data erased on"), null=True, editable=False)
    provider = models.OneToOneField(
        ProviderPage,
        models.SET_NULL,
        null=True,
        related_name="application",
        verbose_name=_("provider"),
    )

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("application to join")
        verbose_name_plural = _("applications to join")
        constraints = [
            models.UniqueConstraint(
                fields=["uscc"],
                condition=Q(state__in=["submitted", "returned"]),
                name="one_open_application_a_company",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.company}"

    def is_editable(self) -> bool:
        """Whether the applicant may still change what it says."""
        return self.state in (self.State.DRAFT, self.State.RETURNED)

    def is_open(self) -> bool:
        """Whether it may still become something: neither decided for good nor withdrawn."""
        return self.is_editable() or self.state == self.State.SUBMITTED

    def save(self, *args, **kwargs) -> None:
        if not self.token_hash:
            self.token_hash = fingerprint(self.derived_token())
        super().save(*args, **kwargs)

    def derived_token(self) -> str:
        return derive_token(self.salt, self.reference, purpose="application")

    @property
    def token(self) -> str:
        """The private link's secret; empty when the site's keys no longer make it."""
        return derive_token(
            self.salt, self.reference, purpose="application", expected=self.token_hash
        )


class ApplicationFile(models.Model):
    """A licence or certificate sent along; nobody but the applicant and the bureau sees it."""

    class Kind(models.TextChoices):
        LICENCE = "licence", _("business licence")
        QUALIFICATION = "qualification", _("qualification")

    application = models.ForeignKey(Application, models.CASCADE, related_name="files")
    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    name = models.CharField(_("name"), max_length=120)
    # Of a qualification only; with a type it becomes a row of the provider, to be checked.
    type = models.ForeignKey(
        QualificationType,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("qualification"),
    )
    number = models.CharField(_("number"), max_length=60, blank=True)
    issuer = models.CharField(_("issued by"), max_length=120, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    file = models.FileField(_("file"), upload_to="applications/", storage=private_storage)
    uploaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["kind", "pk"]
        verbose_name = _("file of an application")
        verbose_name_plural = _("files of applications")

    def __str__(self) -> str:
        return self.name


class ApplicationEvent(models.Model):
    """One step of an application: who did what, when and why. Never changed."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="events")
    state = models.CharField(_("state"), max_length=10, choices=Application.State)
    message = models.TextField(_("message"), blank=True)
    # Empty for the applicant, who has no account yet.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("step of an application")
        verbose_name_plural = _("steps of applications")

    def __str__(self) -> str:
        return f"{self.application_id} {self.state}"
