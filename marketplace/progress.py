"""The programme's figures, computed from the database at the moment of asking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone

from cases.models import BenchmarkDecision, CasePage
from catalog.models import ProgrammeSettings, Recognition, SolutionPage
from providers.models import ProviderPage

if TYPE_CHECKING:
    from django.http import HttpRequest


@dataclass(frozen=True)
class Deadline:
    batch: int
    due: date
    days_left: int

    @property
    def batch_name(self) -> str:
        return str(Recognition(batch=self.batch).get_batch_display())


@dataclass(frozen=True)
class Progress:
    """Recognised against promised, and listed now, which are two things (design: Review)."""

    as_of: date
    solutions_recognised: int
    solutions_target: int
    benchmarks: int
    benchmarks_target: int
    solutions_listed: int
    providers_listed: int
    cases_listed: int
    deadlines: tuple[Deadline, ...]


def programme_progress(request: HttpRequest) -> Progress:
    """Figures for the site of this request; deadlines only where the bureau wants them shown."""
    targets = ProgrammeSettings.for_request(request)
    today = timezone.localdate()
    return Progress(
        as_of=today,
        solutions_recognised=Recognition.objects.filter(counts_toward_target=True).count(),
        solutions_target=targets.solution_target,
        benchmarks=BenchmarkDecision.objects.filter(counts_toward_target=True).count(),
        benchmarks_target=targets.benchmark_target,
        solutions_listed=SolutionPage.objects.listed().count(),
        providers_listed=ProviderPage.objects.listed().count(),
        cases_listed=CasePage.objects.listed().count(),
        deadlines=tuple(open_deadlines(targets, today)) if targets.show_countdown else (),
    )


def open_deadlines(targets: ProgrammeSettings, today: date):
    """Deadlines that have not passed, with the days left (0 on the day itself)."""
    for batch, due in ((1, targets.first_batch_due), (2, targets.second_batch_due)):
        if due and due >= today:
            yield Deadline(batch, due, (due - today).days)
