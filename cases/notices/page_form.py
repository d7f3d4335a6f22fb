"""The bureau's form for a public notice: what it proposes, and what it refuses at once."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models.rules import CaseRules
from cases.notices.proposed_texts import how_to_object
from catalog.forms import PinyinSlugForm

# A day further away is a slip of the pen.
FURTHEST = timedelta(days=366)
MOST_DAYS = 60
FIXED = ("about", "starts_on", "days", "longer_until")


def check_day(day: date) -> None:
    """Raise ``ValidationError`` for a day that nobody can mean."""
    if abs(day - timezone.localdate()) > FURTHEST:
        raise ValidationError(_("Please check the day: it lies more than a year away."))


class NoticePageForm(PinyinSlugForm):
    """Proposes length and wording for a new notice; keeps the terms of one that has opened."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.initial["days"] = CaseRules.current().notice_days
            self.initial["how_to_object"] = how_to_object()

    def clean_starts_on(self) -> date:
        return self.near("starts_on")

    def clean_longer_until(self) -> date | None:
        return self.near("longer_until")

    def near(self, name: str) -> date | None:
        """The day of a field, which may be far only where it stood so before."""
        day = self.cleaned_data[name]
        if day and name in self.changed_data:
            check_day(day)
        return day

    def clean_days(self) -> int:
        days = self.cleaned_data["days"]
        if days and days > MOST_DAYS:
            said = _("A notice runs for %(most)s working days at most.")
            raise ValidationError(said, params={"most": MOST_DAYS})
        return days

    def is_valid(self) -> bool:
        """Valid in itself, and, once the notice has opened, with the terms that it opened with."""
        if not super().is_valid():
            return False
        if not self.instance.pk or not self.instance.has_opened():
            return True
        found = self.instance.changed_terms(self.typed_terms())
        if found:
            self.add_error(None, ValidationError([str(sentence) for sentence in found]))
        return not found

    def typed_terms(self) -> tuple:
        """The terms as they would be saved (``NoticePage.terms``)."""
        rows = self.formsets["subjects"].ordered_forms
        subjects = [
            (row.cleaned_data["page"] and row.cleaned_data["page"].pk, row.cleaned_data["text"])
            for row in rows
        ]
        return *(self.cleaned_data[name] for name in FIXED), subjects
