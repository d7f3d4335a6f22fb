"""How the review queue is narrowed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.models import TaskState

from providers.models import ReviewTask
from providers.review.queue import Waiting


class QueueFilterSet(WagtailFilterSet):
    """Narrows the steps of ``rows``, which know what no column of a step says."""

    type = django_filters.ChoiceFilter(label=_("Type"), method="keep_type")
    step = django_filters.ChoiceFilter(
        label=_("Step"), choices=ReviewTask.Step.choices, method="keep_step"
    )
    provider = django_filters.ChoiceFilter(label=_("Provider"), method="keep_provider")
    overdue = django_filters.BooleanFilter(label=_("Overdue"), method="keep_overdue")

    class Meta:
        model = TaskState
        fields: list[str] = []

    def __init__(self, *args, rows: Sequence[Waiting], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        self.filters["type"].extra["choices"] = choices(
            (str(row.type_id), row.type_name) for row in rows
        )
        self.filters["provider"].extra["choices"] = choices(
            (str(row.submission.provider.pk), row.provider_name)
            for row in rows
            if row.submission.provider
        )

    def keep_type(self, steps: QuerySet, name: str, value: str) -> QuerySet:
        return self.keep(steps, lambda row: str(row.type_id) == value)

    def keep_step(self, steps: QuerySet, name: str, value: str) -> QuerySet:
        return self.keep(steps, lambda row: row.submission.step == value)

    def keep_provider(self, steps: QuerySet, name: str, value: str) -> QuerySet:
        return self.keep(
            steps,
            lambda row: bool(row.submission.provider) and str(row.submission.provider.pk) == value,
        )

    def keep_overdue(self, steps: QuerySet, name: str, value: bool) -> QuerySet:
        return self.keep(steps, lambda row: row.is_overdue == value)

    def keep(self, steps: QuerySet, wanted: Callable[[Waiting], bool]) -> QuerySet:
        return steps.filter(pk__in=[row.state.pk for row in self.rows if wanted(row)])


def choices(pairs) -> list[tuple[str, str]]:
    """Each value once, by its label."""
    return sorted(set(pairs), key=lambda pair: pair[1])
