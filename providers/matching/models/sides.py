"""Who acts on a request."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Side(models.TextChoices):
    ENTERPRISE = "enterprise", _("enterprise")
    PROVIDER = "provider", _("provider")
    CENTRE = "centre", _("service centre")
    LEAD = "lead", _("lead provider")
    COMMITTEE = "committee", _("zone committee")
    BUREAU = "bureau", _("bureau")
    CLOCK = "clock", _("by the clock")
