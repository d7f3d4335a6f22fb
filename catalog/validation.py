"""Checks of single values that several models share."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum import exceptions as stdnum_exceptions
from stdnum.cn import uscc

GBT4754_CODE = re.compile(r"^[A-T](\d{2,4})?$")


def validate_gbt4754(value: str) -> None:
    """Codes of GB/T 4754-2017 with their section letter, separated by spaces ("C18 C1821").

    A section letter alone stands for the whole section.
    """
    for code in value.split():
        if not GBT4754_CODE.match(code):
            raise ValidationError(
                _("“%(code)s” is no GB/T 4754 code with its section letter, such as C18."),
                params={"code": code},
            )


PHONE_NUMBER = re.compile(r"^(1[3-9]\d{9}|0\d{2,3}-?\d{7,8}(-\d{1,6})?|(400|800)-?\d{3}-?\d{4})$")


def validate_phone(value: str) -> None:
    """A mainland mobile, land line or 400/800 number, as people write them."""
    if not PHONE_NUMBER.match(value.replace(" ", "")):
        raise ValidationError(
            _("Enter a mobile number (11 digits) or a land line such as 0797-5300000.")
        )


def normalize_credit_code(value: str) -> str:
    """Full-width characters, spaces, hyphens and lower case become the printed form."""
    return uscc.compact(unicodedata.normalize("NFKC", value)).upper()


def validate_credit_code(value: str) -> None:
    """A unified social credit code with its check character (GB 32100-2015).

    Withdrawn region codes stay in use, so the region is not checked.
    """
    try:
        uscc.validate(value)
    except stdnum_exceptions.InvalidChecksum as error:
        raise ValidationError(
            _("The credit code's last character does not fit; please compare it with the licence.")
        ) from error
    except stdnum_exceptions.ValidationError as error:
        raise ValidationError(
            _("A credit code has 18 digits and letters, without I, O, S, V and Z.")
        ) from error
