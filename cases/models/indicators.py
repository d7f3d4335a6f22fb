"""How a figure changed: one rule for pages, charts, search and exports."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from catalog.wording import signed

# Units whose figures are percentages, as they are typed.
PERCENT = frozenset({"%", "％"})
# From this rise on (per cent) it is told how many times as much it became.
TIMES_FROM = Decimal(1000)


@dataclass(frozen=True)
class Change:
    """The change from ``before`` to ``after``.

    Percentages change in percentage points, other figures in per cent of the first; from zero
    there is no ratio, so the figure is "new" (design: Cases). ``after`` is None until it is
    measured; then there is no change to tell.
    """

    before: Decimal
    after: Decimal | None
    unit: str
    direction: str

    @property
    def is_measured(self) -> bool:
        return self.after is not None

    @property
    def is_in_points(self) -> bool:
        """Whether it is told in percentage points."""
        return self.unit.strip() in PERCENT

    @property
    def is_new(self) -> bool:
        return self.is_measured and self.before == 0 and self.after != 0 and not self.is_in_points

    @property
    def amount(self) -> Decimal | None:
        """Signed percentage points or per cent, one decimal; None where it is new or missing.

        Zero too where the change is smaller than the decimal tells; ``text`` says which it is.
        """
        if self.is_new or not self.is_measured:
            return None
        if self.is_in_points:
            return tenth(self.after - self.before)
        if self.before == 0:
            return Decimal("0.0")
        # By the size of what was before: a loss that became a profit is a rise.
        return tenth((self.after - self.before) / abs(self.before) * 100)

    @property
    def text(self) -> str:
        """Such as "+2.4 percentage points", "−33.3%", "new" or "not measured yet"."""
        if not self.is_measured:
            return _("not measured yet")
        if self.is_new:
            return _("new")
        if self.amount == 0:
            return self.nothing_to_speak_of()
        if self.is_in_points:
            return _("%(points)s percentage points") % {"points": signed(self.amount)}
        if self.amount >= TIMES_FROM and self.before > 0:
            times = tenth(self.after / self.before)
            return _("%(times)s times as much") % {"times": f"{times:,}"}
        return f"{signed(self.amount)}%"

    def nothing_to_speak_of(self) -> str:
        """No change, or one that vanishes in rounding: it is not told as a figure with a sign."""
        if self.after == self.before:
            return _("0 percentage points") if self.is_in_points else "0%"
        return _("under 0.1 percentage points") if self.is_in_points else _("under 0.1%")

    @property
    def arrow(self) -> str:
        if not self.is_measured:
            return ""
        if self.after == self.before:
            return "→"
        return "↑" if self.after > self.before else "↓"

    @property
    def is_better(self) -> bool:
        if not self.is_measured:
            return False
        return self.after > self.before if self.direction == "up" else self.after < self.before

    @property
    def word(self) -> str:
        """The direction in a word, since colour alone tells nobody."""
        if not self.is_measured:
            return ""
        if self.after == self.before:
            return _("unchanged")
        return _("better") if self.is_better else _("worse")


def tenth(value: Decimal) -> Decimal:
    """Rounded half up to one decimal; a zero never has a sign."""
    return value.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP) + Decimal(0)
