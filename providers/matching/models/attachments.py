"""Photos and documents that an enterprise adds to what it asks for."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import private_storage
from providers.matching.models.drafts import RequestDraft
from providers.matching.models.requests import MatchRequest

# How many a request may have.
MAX_ATTACHMENTS = 5


class Attachment(models.Model):
    """A picture made anew, or a PDF as it came; of a draft, and once sent of the request."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request = models.ForeignKey(
        MatchRequest,
        models.CASCADE,
        null=True,
        related_name="attachments",
        verbose_name=_("request"),
    )
    draft = models.ForeignKey(
        RequestDraft, models.CASCADE, null=True, related_name="attachments", verbose_name=_("draft")
    )
    file = models.FileField(_("file"), upload_to="requests/", storage=private_storage)
    # As the sender called it, without folder, suffix and odd signs.
    name = models.CharField(_("name"), max_length=120)
    is_picture = models.BooleanField(_("picture"))
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["added_at", "pk"]
        verbose_name = _("attachment of a request")
        verbose_name_plural = _("attachments of requests")
        constraints = [
            models.CheckConstraint(
                condition=Q(request=None, draft__isnull=False)
                | Q(request__isnull=False, draft=None),
                name="attachment_has_one_owner",
            ),
            models.CheckConstraint(
                condition=~Q(file="") & ~Q(name=""), name="attachment_is_a_named_file"
            ),
        ]

    def __str__(self) -> str:
        return self.name
