"""Who may know who asks: one record a recipient, given, dated, withdrawn (PIPL arts. 13–25)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from providers.matching.models.requests import MatchRequest
from providers.models import ProviderPage


class ConsentQuerySet(models.QuerySet):
    def live(self) -> ConsentQuerySet:
        return self.filter(withdrawn_at=None)


class Consent(models.Model):
    """The proof of one consent: what was read, when it was given and taken back.

    The text itself is kept, since its hash alone could not be checked once the recipient's
    contact changes. It names the recipient and never the enterprise.
    """

    class Kind(models.TextChoices):
        NOTICE = "notice", _("rules on personal data")
        RECIPIENT = "recipient", _("data given to a provider")
        NAMING = "naming", _("name shown beside a case")

    request = models.ForeignKey(
        MatchRequest, models.CASCADE, related_name="consents", verbose_name=_("request")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    recipient = models.ForeignKey(
        ProviderPage,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="consents",
        verbose_name=_("recipient"),
    )
    text = models.TextField(_("text"))
    text_version = models.CharField(_("version of the text"), max_length=20)
    text_hash = models.CharField(_("fingerprint of the text"), max_length=64)
    given_at = models.DateTimeField(_("given on"))
    withdrawn_at = models.DateTimeField(_("withdrawn on"), null=True, blank=True)
    # The officer who ticked it with the enterprise on the phone; none where it ticked itself.
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["given_at", "pk"]
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(
                fields=["request", "recipient"],
                condition=Q(withdrawn_at=None, recipient__isnull=False),
                name="one_live_consent_a_recipient",
            ),
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(withdrawn_at=None, kind="naming"),
                name="one_live_consent_to_be_named",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["notice", "naming"], recipient=None)
                | Q(kind="recipient", recipient__isnull=False),
                name="consent_names_its_recipient",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("given_at")),
                name="consent_withdrawn_after_given",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.get_kind_display()} {self.text_version}"
