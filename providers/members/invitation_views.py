"""The public page on which an invited person makes an account."""

from __future__ import annotations

from enum import Enum

from django.contrib import messages
from django.contrib.auth import get_user_model, login
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from providers.abuse import within_limit
from providers.headers import private, secret_address
from providers.keys import fingerprint
from providers.members.forms import AccountForm
from providers.members.invitations import MemberActError, accept, has_account
from providers.models import MemberInvitation

# Key of the session: reference and mark of the invitation that this browser follows. The token
# itself would open the invitation to whoever reads the table of sessions.
FOLLOWED = "followed_invitation"
ACCEPTANCES_AN_HOUR = 30


class Hindrance(Enum):
    """Why an invitation opens nothing; the page says what to do."""

    USED = "used"
    REVOKED = "revoked"
    EXPIRED = "expired"
    HAS_ACCOUNT = "has_account"
    SIGNED_IN = "signed_in"


@secret_address
@require_GET
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Note the invitation in this browser, and go where the address tells nothing."""
    invitation = MemberInvitation.objects.by_token(token)
    if invitation is None:
        raise Http404
    request.session[FOLLOWED] = [invitation.reference, mark_of(invitation)]
    return redirect("join_accept")


@private
@require_http_methods(["GET", "HEAD", "POST"])
def accept_page(request: HttpRequest) -> HttpResponse:
    """Who invites whom; a POST makes the account and signs it in."""
    invitation = followed(request)
    if invitation is None:
        raise Http404
    if hindrance := hindrance_of(invitation, request.user):
        over = hindrance in (Hindrance.USED, Hindrance.REVOKED, Hindrance.EXPIRED)
        status = 410 if over else 409
        return render_page(request, invitation, None, hindrance=hindrance, status=status)
    if request.method != "POST":
        return render_page(request, invitation, AccountForm())
    # The validators compare the password with name and address.
    account = get_user_model()(email=invitation.email, first_name=invitation.name)
    form = AccountForm(request.POST, instance=account)
    if not within_limit(request, "join-accept", ACCEPTANCES_AN_HOUR):
        form.add_error(None, _("Too many tries from this address. Please wait an hour."))
        return render_page(request, invitation, form, status=429)
    if not form.is_valid():
        return render_page(request, invitation, form, status=422)
    return make_account(request, invitation, form)


def mark_of(invitation: MemberInvitation) -> str:
    """What a session notes; a link sent once more has another salt and ends the older one."""
    return fingerprint(invitation.salt)[:16]


def followed(request: HttpRequest) -> MemberInvitation | None:
    """The invitation whose link this browser has followed, while that link is the last one."""
    reference, mark = request.session.get(FOLLOWED, ("", ""))
    found = MemberInvitation.objects.filter(reference=reference).first()
    return found if found and mark_of(found) == mark else None


def make_account(
    request: HttpRequest, invitation: MemberInvitation, form: AccountForm
) -> HttpResponse:
    try:
        user = accept(invitation, form.save(commit=False))
    except MemberActError as error:
        form.add_error(None, str(error))
        return render_page(request, invitation, form, status=409)
    except IntegrityError:
        form.add_error("username", _("This user name was taken just now; choose another."))
        return render_page(request, invitation, form, status=409)
    request.session.pop(FOLLOWED, None)
    login(request, user)
    messages.success(request, _("Welcome. Your account is ready."))
    return redirect("wagtailadmin_home")


def hindrance_of(invitation: MemberInvitation, user) -> Hindrance | None:
    """Why this browser cannot accept it now; none if it can."""
    if invitation.accepted_at:
        return Hindrance.USED
    if invitation.revoked_at:
        return Hindrance.REVOKED
    if invitation.expires_at <= timezone.now():
        return Hindrance.EXPIRED
    if has_account(invitation.email):
        return Hindrance.HAS_ACCOUNT
    return Hindrance.SIGNED_IN if user.is_authenticated else None


def render_page(
    request: HttpRequest,
    invitation: MemberInvitation,
    form: AccountForm | None,
    *,
    hindrance: Hindrance | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "invitation": invitation,
        "provider": invitation.team.provider,
        "form": form,
        "hindrance": hindrance.value if hindrance else "",
    }
    return render(request, "joining/invitation.html", context, status=status)
