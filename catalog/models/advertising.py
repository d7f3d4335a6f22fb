"""Words that advertising law bans or that need a source, as data that the bureau edits."""

from __future__ import annotations

import math
import time

import regex
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

# No expression is waited for longer than this at one text (seconds on the clock).
MATCH_TIMEOUT = 0.5
# Nor accepted when it takes longer than this at a probe (seconds of the processor: a sound one is
# not refused because the machine is busy).
PROBE_TIME = 0.4
MAX_EXCEPTIONS = 40
MAX_EXCEPTION_LENGTH = 200
# Texts on which expressions that backtrack without end show themselves.
PROBES = tuple(sample * 400 + "!" for sample in ("a", "最", "1", " ", "最佳", "a1 ", "第一，"))


class AdvertisingWordQuerySet(models.QuerySet):
    def in_force(self) -> AdvertisingWordQuerySet:
        return self.filter(is_active=True)


class AdvertisingWord(models.Model):
    """An expression that stops or delays publication; ``exceptions`` are spans that contain it.

    Example: "最长" with the exception "最长30天" as a pattern "最长\\d+天". Source: Advertising Law
    of the PRC, article 9 (absolutes, endorsement by state organs), 11 (sources of data) and 12
    (patents).
    """

    class Effect(models.TextChoices):
        BLOCK = "block", _("stops publication")
        WARN = "warn", _("is pointed out to the reviewer")

    pattern = models.CharField(
        _("expression"),
        max_length=120,
        unique=True,
        help_text=_("A regular expression; plain words are one too."),
    )
    exceptions = models.TextField(
        _("allowed spans that contain it"),
        blank=True,
        help_text=_("One regular expression a line."),
    )
    effect = models.CharField(_("effect"), max_length=5, choices=Effect, default=Effect.BLOCK)
    advice = models.CharField(_("advice to the author"), max_length=200, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = AdvertisingWordQuerySet.as_manager()

    panels = ["pattern", "exceptions", "effect", "advice", "is_active"]

    class Meta:
        ordering = ["pattern"]
        verbose_name = _("advertising word")
        verbose_name_plural = _("advertising words")

    def __str__(self) -> str:
        return self.pattern

    def clean(self) -> None:
        """Refuse what is no expression, means nothing or could stop the site."""
        super().clean()
        errors = {}
        if problem := problem_with(self.pattern):
            errors["pattern"] = problem
        lines = self.exception_patterns
        if len(lines) > MAX_EXCEPTIONS or any(len(line) > MAX_EXCEPTION_LENGTH for line in lines):
            errors["exceptions"] = _("At most 40 lines of at most 200 characters each.")
        elif problems := [
            f"{line}: {problem}" for line in lines if (problem := problem_with(line))
        ]:
            errors["exceptions"] = problems
        if errors:
            raise ValidationError(errors)

    @property
    def exception_patterns(self) -> list[str]:
        return [line.strip() for line in self.exceptions.splitlines() if line.strip()]


def problem_with(pattern: str) -> str:
    """Why an expression cannot be used; empty where it can."""
    try:
        compiled = regex.compile(pattern)
        if compiled.fullmatch(""):
            return _("This expression fits the empty text.")
        if any(time_at(compiled, probe) > PROBE_TIME for probe in PROBES):
            return _("This expression takes too long; write it without nested repetitions.")
    except (regex.error, RecursionError, OverflowError, MemoryError):
        return _("This is not a valid regular expression.")
    return ""


def time_at(compiled: regex.Pattern, probe: str) -> float:
    """Seconds of the processor that an expression takes at a text; infinite when given up."""
    began = time.thread_time()
    try:
        compiled.search(probe, timeout=MATCH_TIMEOUT)
    except TimeoutError:
        return math.inf
    return time.thread_time() - began
