"""Proofs of what a listing says, for those who review it: tables beside the page, never public."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from catalog.models.solutions import private_storage
from catalog.models.vocabularies import Indicator


class Evidence(models.Model):
    """A file that proves a claim of a listing: a certificate, a contract, a test report."""

    class Kind(models.TextChoices):
        """What the rules for cases ask for by name; everything else proves a claim."""

        CLAIM = "claim", _("something that the listing says")
        LEVEL = "level", _("the level certificate")
        ACCEPTANCE = "acceptance", _("the acceptance review")
        RELEASE = "release", _("consent of people in pictures")

    page = models.ForeignKey(Page, models.CASCADE, related_name="proofs", verbose_name=_("page"))
    name = models.CharField(_("what it proves"), max_length=120)
    kind = models.CharField(_("proof of"), max_length=10, choices=Kind, default=Kind.CLAIM)
    # Of a case: the figure whose numbers it proves, by its definition, whatever the revision.
    indicator = models.ForeignKey(
        Indicator,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("indicator"),
    )
    file = models.FileField(_("file"), upload_to="evidence/", storage=private_storage)
    uploaded_at = models.DateTimeField(_("uploaded on"), default=timezone.now)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = _("proof")
        verbose_name_plural = _("proofs")

    def __str__(self) -> str:
        return self.name
