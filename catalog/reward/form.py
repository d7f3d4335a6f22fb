"""What an address asks of the reward: read strictly, the same for the page and for programs."""

from __future__ import annotations

import re
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models import ProvincialLevel, RewardBasis
from catalog.reward.rule import Basis, Question

# Beyond this (ten billion yuan) a figure is a slip of the keyboard.
LARGEST_WAN = Decimal(1_000_000)
# ASCII digits only: what looks like a number in another script is not guessed at.
AMOUNT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,15})?", re.ASCII)
# To the yuan.
DECIMALS = 4
TRUTHS = {"true": True, "1": True, "false": False, "0": False}
# A name that nobody gave is repeated only so far.
SHOWN = 60


class WanField(forms.CharField):
    """An amount of 万元 in plain digits, to the yuan; None where it is empty."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "short", "maxlength": 12})

    def to_python(self, value: object) -> Decimal | None:
        text = super().to_python(value)
        if not text:
            return None
        if not AMOUNT.fullmatch(text):
            raise ValidationError(
                _("Write the amount in 10,000 yuan with plain digits, such as 32.6.")
            )
        if len(text.partition(".")[2]) > DECIMALS:
            raise ValidationError(_("Four decimals at most: 0.0001 is one yuan."))
        amount = Decimal(text)
        if amount > LARGEST_WAN:
            raise ValidationError(_("At most 1,000,000 (10,000 yuan)."))
        return amount


class LevelField(forms.ChoiceField):
    """A level by its code, such as L6, or by its number alone; cleaned to the number."""

    default_error_messages = {"invalid_choice": _("There is no such level.")}

    def to_python(self, value: object) -> str:
        text = super().to_python(value)
        return self.codes.get(text, text)

    def clean(self, value: object) -> int | None:
        return self.numbers.get(super().clean(value))

    def offer(self, levels: list[ProvincialLevel], empty: str) -> None:
        self.numbers = {level.code: level.level for level in levels}
        self.codes = {str(level.level): level.code for level in levels}
        self.choices = [("", empty), *((level.code, level.name) for level in levels)]


class TruthField(forms.ChoiceField):
    """true or false, in either case, or 1 or 0; None where it is empty."""

    def __init__(self, **kwargs) -> None:
        super().__init__(
            choices=[("true", _("Yes")), ("false", _("No"))],
            required=False,
            error_messages={"invalid_choice": _("Known are: true, false.")},
            **kwargs,
        )

    def to_python(self, value: object) -> str:
        text = super().to_python(value).lower()
        truth = TRUTHS.get(text)
        return text if truth is None else str(truth).lower()

    def clean(self, value: object) -> bool | None:
        return TRUTHS.get(super().clean(value))


class RewardForm(forms.Form):
    """The parameters of the estimate; ``is_strict`` as programs are answered.

    A program's parameters are all meant: one that is empty is refused. A page's form sends its
    empty fields as well; there they are not given.
    """

    level = LevelField(
        label=pgettext_lazy("reward", "Level reached"),
        help_text=_("By the certificate that was issued, or that you aim at."),
        error_messages={"required": _("Choose the level that is reached.")},
    )
    investment = WanField(
        label=_("Investment in software and hardware (10,000 yuan)"),
        help_text=_("The project’s whole investment in software and hardware, such as 32.6."),
        error_messages={"required": _("Say how much is invested.")},
    )
    prior_level = LevelField(
        label=_("Level reached before"),
        required=False,
        help_text=_("Only where a level was certified before this project."),
    )
    prior_award = WanField(
        label=_("Award approved for it (10,000 yuan)"),
        required=False,
        help_text=_("0 where none was approved."),
    )
    prior_investment = WanField(
        label=_("Investment of the earlier project (10,000 yuan)"),
        required=False,
        help_text=_("In software and hardware."),
    )
    approved_investment = WanField(
        label=_("Approved investment (10,000 yuan)"),
        required=False,
        help_text=_("Once the office has verified the project; it may differ from the declared."),
    )
    listed = TruthField(label=_("On the pilot list"))
    basis = forms.ChoiceField(
        label=_("Investment at a second rise"),
        choices=RewardBasis.choices,
        required=False,
        error_messages={"invalid_choice": _("Known are: cumulative, incremental.")},
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        levels: list[ProvincialLevel],
        basis: str = RewardBasis.CUMULATIVE,
        is_strict: bool = False,
    ) -> None:
        super().__init__(data)
        self.is_strict = is_strict
        self.fields["level"].offer(levels, _("Please choose"))
        self.fields["prior_level"].offer(levels, _("None"))
        # The policy's own basis stands first: it is what an address without one means.
        choices = sorted(RewardBasis.choices, key=lambda choice: choice[0] != basis)
        self.fields["basis"].choices = choices
        if is_strict:
            for field in self.fields.values():
                # Blanks around a value are part of what was sent.
                field.strip = False
        else:
            # What a form leaves out is None, which no list of choices shows as chosen.
            self.initial = {"basis": basis, "listed": "true"}

    @property
    def unknown(self) -> list[str]:
        """Names in the address that no field has, cut to what can be shown."""
        return [name[:SHOWN] for name in self.data if name not in self.fields]

    @property
    def is_asked(self) -> bool:
        """Whether the address asks for a result; one that names the level alone fills it in."""
        return "investment" in self.data or any(
            self.data.get(name) for name in self.fields if name != "level"
        )

    @property
    def named_level(self) -> str:
        """The code of the level that the address names, where there is one."""
        field, named = self.fields["level"], self.data.get("level", "")
        return named if named in field.numbers else field.codes.get(named, "")

    def clean(self) -> dict:
        cleaned = super().clean()
        for name in self.fields:
            given = self.data.getlist(name)
            if len(given) > 1:
                self.replace_errors(name, _("Give this only once."))
            elif self.is_strict and given == [""]:
                self.replace_errors(name, _("This is empty; leave it out or give a value."))
        if not self.errors:
            self.check_what_was_before(cleaned)
        return cleaned

    def replace_errors(self, name: str, message: str) -> None:
        self.errors.pop(name, None)
        self.add_error(name, message)

    def check_what_was_before(self, cleaned: dict) -> None:
        """An earlier award or project belongs to an earlier level, which was no higher."""
        before = cleaned["prior_level"]
        if before is None and (cleaned["prior_award"] or cleaned["prior_investment"]):
            self.add_error("prior_level", _("Say which level was reached before."))
        elif before is not None and before > cleaned["level"]:
            self.add_error("prior_level", _("The level before is above the level reached."))

    def question(self) -> Question:
        """What was asked, of a valid form."""
        cleaned = self.cleaned_data
        return Question(
            level=cleaned["level"],
            investment=cleaned["investment"],
            prior_level=cleaned["prior_level"],
            prior_award=cleaned["prior_award"] or Decimal(0),
            prior_investment=cleaned["prior_investment"],
            approved_investment=cleaned["approved_investment"],
            is_listed=cleaned["listed"] is not False,
            basis=Basis(cleaned["basis"]) if cleaned["basis"] else None,
        )

    def given(self) -> dict[str, str]:
        """What a valid form was told, by parameter: enough to ask the same again."""
        return {name: self.data[name] for name in self.fields if self.data.get(name)}


def reward_form(data: QueryDict | None, basis: str, *, is_strict: bool = False) -> RewardForm:
    """The form over the levels as they stand, retired ones with the rest: certificates stay."""
    levels = list(ProvincialLevel.objects.order_by("level"))
    return RewardForm(data, levels=levels, basis=basis, is_strict=is_strict)
