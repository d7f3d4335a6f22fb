"""The public page on which an invited expert gives the account its name and password."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cases.models import OutsideExpert
from cases.scoring.experts import accept, has_placeholder, hindrance_of
from cases.scoring.forms import ExpertAccountForm
from providers.abuse import within_limit
from providers.headers import private, secret_address
from providers.keys import fingerprint
from providers.withdrawal.subtree import ActRefused

# Key of the session: reference and mark of the invitation that this browser follows. The token
# itself would open the invitation to whoever reads the table of sessions.
FOLLOWED = "followed_expert"
TRIES_AN_HOUR = 30


@secret_address
@require_GET
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Note the invitation in this browser, and go where the address tells nothing."""
    expert = OutsideExpert.objects.by_token(token)
    if expert is None:
        raise Http404
    request.session[FOLLOWED] = [expert.reference, mark_of(expert)]
    return redirect("expert_accept")


def mark_of(expert: OutsideExpert) -> str:
    """What a session notes; a link sent once more has another salt and ends the older one."""
    return fingerprint(expert.salt)[:16]


def followed(request: HttpRequest) -> OutsideExpert:
    """The invitation whose link this browser has followed, while that link is the last one."""
    reference, mark = request.session.get(FOLLOWED, ("", ""))
    found = OutsideExpert.objects.filter(reference=reference).select_related("user").first()
    if found is None or mark_of(found) != mark:
        raise Http404
    return found


@private
@require_http_methods(["GET", "HEAD", "POST"])
def accept_page(request: HttpRequest) -> HttpResponse:
    """What the account is for; a POST gives it name and password and signs it in."""
    expert = followed(request)
    if said := hindrance_of(expert):
        return page(request, expert, None, hindrance=said, status=410)
    if request.user.is_authenticated:
        said = _("You are signed in with another account. Sign out first, then open the link.")
        return page(request, expert, None, hindrance=said, status=409)
    if request.method != "POST":
        # Whoever comes back after a term keeps the name.
        name = "" if has_placeholder(expert) else expert.user.get_username()
        return page(request, expert, ExpertAccountForm(initial={"username": name}))
    form = ExpertAccountForm(request.POST, instance=expert.user)
    if not within_limit(request, "expert-accept", TRIES_AN_HOUR):
        form.add_error(None, _("Too many tries from this address. Please wait an hour."))
        return page(request, expert, form, status=429)
    if not form.is_valid():
        return page(request, expert, form, status=422)
    return take_up(request, expert, form)


def take_up(request: HttpRequest, expert: OutsideExpert, form: ExpertAccountForm) -> HttpResponse:
    typed = form.cleaned_data
    try:
        user = accept(expert, username=typed["username"], password=typed["password1"])
    except ActRefused as refused:
        return page(request, expert, None, hindrance=refused.sentences[0], status=410)
    except IntegrityError:
        form.add_error("username", _("This user name was taken just now; choose another."))
        return page(request, expert, form, status=409)
    request.session.pop(FOLLOWED, None)
    login(request, user)
    messages.success(request, _("Welcome. Your account is ready."))
    return redirect("scoring_own")


def page(
    request: HttpRequest,
    expert: OutsideExpert,
    form: ExpertAccountForm | None,
    *,
    hindrance: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {"expert": expert, "form": form, "hindrance": hindrance}
    return render(request, "cases/scoring/invitation.html", context, status=status)
