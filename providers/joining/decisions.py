"""What the bureau decides on an application: check, change, note, tell, in one transaction."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.db.models.fields.files import FieldFile
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.actions.delete_page import DeletePageAction
from wagtail.log_actions import log

from catalog.slugs import free_slug
from providers.joining.drafts import locked
from providers.joining.steps import COMPANY, CONTACT, OFFER, IncompleteError, cleaned_answers
from providers.joining.submission import note
from providers.members.invitations import has_account, invite
from providers.models import (
    Application,
    ApplicationEvent,
    ApplicationFile,
    NoticeKind,
    ProviderIndexPage,
    ProviderPage,
    ProviderStanding,
    ProviderTeam,
    Qualification,
    Undertaking,
)
from providers.notices import tell_applicant, tell_user
from providers.onboarding import create_team, dissolve_team
from providers.withdrawal.subtree import ActRefused, hold_subtree

State = Application.State
DECIDES = "providers.change_application"
PLAIN_FIELDS = (
    "org_type",
    "registered_on",
    "headcount",
    "website",
    "kind",
    "summary",
    "all_industries",
    "local_team_size",
    "local_office_address",
    "response_hours",
    "contact_name",
)
CHOSEN_TERMS = ("service_categories", "scenarios", "industries")


class DecidedError(Exception):
    """Somebody else, or the applicant, was faster; ``event`` is what happened last."""

    def __init__(self, event: ApplicationEvent | None) -> None:
        self.event = event
        super().__init__()


class ObstacleError(Exception):
    """The decision cannot be carried out; its text says why and what to do."""


def return_application(
    application: Application, *, by: AbstractBaseUser, message: str, seen: int | None = None
) -> None:
    """Give an application back to be completed.

    Args:
        seen: the last event of what the officer looked at.

    Raises:
        ObstacleError: no message.
        DecidedError, PermissionDenied: nothing was changed.
    """
    decide(application, State.RETURNED, NoticeKind.APPLICATION_RETURNED, by, message, seen)


def refuse_application(
    application: Application, *, by: AbstractBaseUser, reason: str, seen: int | None = None
) -> None:
    """End an application for a reason; takes and raises as ``return_application``."""
    decide(application, State.REFUSED, NoticeKind.APPLICATION_REFUSED, by, reason, seen)


@transaction.atomic
def decide(
    application: Application,
    state: State,
    kind: NoticeKind,
    by: AbstractBaseUser,
    words: str,
    seen: int | None,
) -> None:
    row = waiting(application, by, seen)
    if not words.strip():
        raise ObstacleError(_("Tell the applicant why, in a message."))
    row.state, row.decided_at = state, timezone.now()
    row.save(update_fields=["state", "decided_at", "changed_at"])
    event = note(row, state, by=by, message=words.strip())
    tell_applicant(row, kind, event=str(event.pk))


def waiting(application: Application, by: AbstractBaseUser, seen: int | None = None) -> Application:
    """The application, held until the transaction ends, while it waits for a decision.

    Raises:
        PermissionDenied: this account does not decide.
        DecidedError: it does not wait any more, or was returned and sent anew since ``seen``.
    """
    if not by.has_perm(DECIDES):
        raise PermissionDenied
    row = locked(application)
    last = row.events.select_related("by").last()
    # What waits may be another version than the one that the officer has read.
    if row.state != State.SUBMITTED or (seen and last and last.pk != seen):
        raise DecidedError(last)
    return row


def approve_application(
    application: Application,
    *,
    by: AbstractBaseUser,
    message: str = "",
    seen: int | None = None,
) -> ProviderPage:
    """Make the applicant a provider: page, standing, undertaking, qualifications, team, invitation.

    All of it or nothing, copied files included; ``seen`` as in ``return_application``.

    Raises:
        ObstacleError: the answers no longer hold, or code or e-mail belong to somebody else.
        DecidedError, PermissionDenied: nothing was changed.
    """
    copied: list[FieldFile] = []
    try:
        with transaction.atomic():
            row = waiting(application, by, seen)
            return make_provider(row, by, message.strip(), copied)
    except BaseException:
        # The database forgets by itself, the storage does not.
        for file in copied:
            file.storage.delete(file.name)
        raise


def make_provider(
    row: Application, by: AbstractBaseUser, message: str, copied: list[FieldFile]
) -> ProviderPage:
    cleaned = answers_that_hold(row)
    page = create_page(cleaned)
    place_in_pool(page)
    record_undertaking(page, row)
    for file in row.files.filter(kind=ApplicationFile.Kind.QUALIFICATION, type__isnull=False):
        record_qualification(page, file, copied)
    team = create_team(page)
    invite(team, name=cleaned["contact_name"], email=cleaned["email"], as_owner=True, by=by)
    row.state, row.decided_at, row.provider = State.APPROVED, timezone.now(), page
    row.save(update_fields=["state", "decided_at", "provider", "changed_at"])
    note(row, State.APPROVED, by=by, message=message)
    log(
        instance=page,
        action="providers.joined",
        user=by,
        data={"reference": row.reference, "message": message},
    )
    return page


def answers_that_hold(row: Application) -> dict:
    """What the applicant said, checked again: terms may have been retired since it was sent.

    Raises:
        ObstacleError: something no longer holds.
    """
    try:
        cleaned = cleaned_answers(row, COMPANY, OFFER, CONTACT)
    except IncompleteError as error:
        raise ObstacleError(
            _("The answers no longer hold; please return the application: %(reasons)s")
            % {"reasons": " ".join(error.sentences)}
        ) from error
    if ProviderPage.objects.filter(uscc=cleaned["uscc"]).exists():
        raise ObstacleError(_("A provider has this credit code already."))
    if has_account(cleaned["email"]):
        raise ObstacleError(
            _(
                "The contact's e-mail address belongs to an account already. Please return the "
                "application and ask for another address."
            )
        )
    return cleaned


def create_page(cleaned: dict) -> ProviderPage:
    """The profile as an unpublished draft. Nobody is its author, so everybody may review it."""
    # Held, because siblings share the numbering of the tree and the space of addresses.
    index = ProviderIndexPage.objects.select_for_update().get()
    taken = set(index.get_children().values_list("slug", flat=True))
    page = ProviderPage(
        title=cleaned["company"],
        legal_name=cleaned["company"],
        slug=free_slug(cleaned["company"], taken),
        uscc=cleaned["uscc"],
        contact_phone=cleaned["phone"],
        contact_email=cleaned["email"],
        live=False,
        **{name: cleaned[name] for name in PLAIN_FIELDS},
    )
    try:
        with transaction.atomic():
            index.add_child(instance=page)
    except (IntegrityError, ValidationError) as error:
        raise ObstacleError(
            _("The profile cannot be made of these answers: %(reasons)s")
            % {"reasons": " ".join(getattr(error, "messages", [_("the code is in use")]))}
        ) from error
    for name in CHOSEN_TERMS:
        getattr(page, name).set(cleaned[name])
    page.save()
    page.save_revision()
    return page


def place_in_pool(page: ProviderPage) -> None:
    """Everybody but the lead provider works under it (the plan's lead-and-sub mechanism)."""
    lead = ProviderStanding.objects.filter(tier=ProviderStanding.Tier.LEAD).first()
    ProviderStanding.objects.create(
        provider=page, tier=ProviderStanding.Tier.SUB, lead=lead and lead.provider
    )


def record_undertaking(page: ProviderPage, row: Application) -> None:
    """Both undertakings were signed together, under one version."""
    Undertaking.objects.create(
        provider=page,
        text_version=row.undertaking_version,
        signed_by=row.signed_by,
        signed_on=timezone.localdate(row.submitted_at),
    )


def record_qualification(
    page: ProviderPage, file: ApplicationFile, copied: list[FieldFile]
) -> Qualification:
    """A qualification with a copy of its file; it shows only when the bureau has checked it."""
    made = Qualification(
        provider=page,
        type=file.type,
        number=file.number,
        issuer=file.issuer,
        valid_from=file.valid_from,
        valid_to=file.valid_to,
    )
    with file.file.open("rb") as stored:
        content = ContentFile(stored.read())
    made.file.save(file.file.name.rpartition("/")[2], content, save=False)
    copied.append(made.file)
    made.save()
    return made


def can_take_back(application: Application) -> bool:
    """Whether an approval can be undone: nothing of the provider was ever public."""
    page = application.provider
    if application.state != State.APPROVED or page is None:
        return False
    family = page.get_descendants(inclusive=True)
    return not family.exclude(first_published_at=None).exists()


@transaction.atomic
def take_back_approval(application: Application, *, by: AbstractBaseUser, reason: str) -> None:
    """Undo an approval given by mistake: the application waits again, the provider is gone.

    Raises:
        ObstacleError: no reason is given, something of the provider was public already, or
            something else refers to it.
        DecidedError, PermissionDenied: nothing was changed.
    """
    if not by.has_perm(DECIDES):
        raise PermissionDenied
    row = locked(application)
    if row.state != State.APPROVED:
        raise DecidedError(row.events.select_related("by").last())
    if not reason.strip():
        raise ObstacleError(_("Say why the approval is taken back."))
    page = row.provider
    if page is not None:
        # Held first, so that nothing below it is published between the look and the deletion.
        hold_page(page)
    if not can_take_back(row):
        raise ObstacleError(_("This provider was public already; remove its listing instead."))
    row.state, row.decided_at, row.provider = State.SUBMITTED, None, None
    row.save(update_fields=["state", "decided_at", "provider", "changed_at"])
    event = note(row, State.SUBMITTED, by=by, message=reason.strip())
    team = ProviderTeam.objects.filter(provider=page).first()
    tell_of_taking_back(row, team, event)
    if team is not None:
        dissolve_team(team)
    delete_page(page, by)


def tell_of_taking_back(
    row: Application, team: ProviderTeam | None, event: ApplicationEvent
) -> None:
    """Tell the applicant and, where there are any, its colleagues whose accounts are closed."""
    kind = NoticeKind.APPROVAL_TAKEN_BACK
    tell_applicant(row, kind, event=str(event.pk))
    if team is None:
        return
    colleagues = team.group.user_set.filter(is_active=True, is_superuser=False)
    for member in colleagues.exclude(email__iexact=row.email):
        tell_user(member, kind, event=str(event.pk), path=reverse("join_start"))


def hold_page(page: ProviderPage) -> None:
    """Hold the profile and all that lies below it until the transaction ends."""
    try:
        hold_subtree(page)
    except ActRefused as refused:
        raise ObstacleError(str(refused)) from refused


def delete_page(page: ProviderPage, by: AbstractBaseUser) -> None:
    """Delete the profile with all below it.

    Raises:
        ObstacleError: a row that the database protects refers to it; it is named.
    """
    try:
        DeletePageAction(page, user=by).execute(skip_permission_checks=True)
    except ProtectedError as error:
        names = sorted({str(each) for each in error.protected_objects})
        raise ObstacleError(
            _("Something refers to this provider: %(names)s") % {"names": ", ".join(names)}
        ) from error
