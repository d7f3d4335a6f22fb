"""The bureau's form for a public notice: what it proposes, and what it refuses at once."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from cases.models.rules import CaseRules
from cases.notices.proposed_texts import how_to_object
from catalog.forms import PinyinSlugForm

FIXED = ("about", "starts_on", "days", "longer_until")


class NoticePageForm(PinyinSlugForm):
    """Proposes length and wording for a new notice; keeps the terms of one that has opened."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.initial["days"] = CaseRules.current().notice_days
            self.initial["how_to_object"] = how_to_object()

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
