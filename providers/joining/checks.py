"""What the registry tells about an application: code, names, addresses that are known already."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from catalog.validation import validate_credit_code
from providers.joining.forms import kind_warning
from providers.joining.steps import COMPANY, CONTACT
from providers.members.invitations import has_account
from providers.models import Application, ProviderPage


@dataclass(frozen=True)
class Check:
    """One sentence, and whether all is well with it."""

    is_good: bool
    words: str


def registry_checks(application: Application) -> list[Check]:
    """The code's algorithm, its kind of organisation, and who has code, name or address already."""
    answers = application.answers.get(COMPANY, {})
    return [
        code_check(application.uscc),
        kind_check(application.uscc, answers.get("org_type", "")),
        providers_check(application),
        applications_check(application),
        address_check(application),
    ]


def code_check(uscc: str) -> Check:
    try:
        validate_credit_code(uscc)
    except ValidationError as error:
        return Check(False, " ".join(error.messages))
    return Check(True, _("The credit code is well formed and its check character fits."))


def kind_check(uscc: str, org_type: str) -> Check:
    if warning := kind_warning(uscc, org_type):
        return Check(False, warning)
    return Check(True, _("The code does not contradict the kind of organisation."))


def providers_check(application: Application) -> Check:
    """Providers of the same code or name, the one that this application became aside."""
    others = ProviderPage.objects.exclude(pk=application.provider_id)
    same = others.filter(uscc=application.uscc) | others.filter(legal_name=application.company)
    titles = sorted(set(same.values_list("title", flat=True)))
    if titles:
        return Check(
            False,
            _("Providers with this code or name: %(titles)s") % {"titles": _(", ").join(titles)},
        )
    return Check(True, _("No provider has this code or name."))


def applications_check(application: Application) -> Check:
    """Other applications of the same code or name that were sent, decided ones included."""
    others = Application.objects.sent().exclude(pk=application.pk)
    same = others.filter(uscc=application.uscc) | others.filter(company=application.company)
    if found := [f"{row.reference} ({row.get_state_display()})" for row in same.distinct()]:
        return Check(
            False,
            _("Other applications with this code or name: %(found)s")
            % {"found": _(", ").join(found)},
        )
    return Check(True, _("No other application has this code or name."))


def address_check(application: Application) -> Check:
    """An account belongs to one organisation, so an address in use could not be invited."""
    email = application.answers.get(CONTACT, {}).get("email", "") or application.email
    if application.state == Application.State.SUBMITTED and has_account(email.strip()):
        return Check(False, _("Somebody signs in with the contact's e-mail address already."))
    return Check(True, _("The contact's e-mail address can be invited."))
