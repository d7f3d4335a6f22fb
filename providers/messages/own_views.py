"""An account reads its own messages and chooses what comes by e-mail."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin.paginator import WagtailPaginator

from providers import delivery
from providers.acts import REFUSED
from providers.messages import choices, reading
from providers.messages.forms import ChoicesForm, SeenForm

PER_PAGE = 25


class MessagesPaginator(WagtailPaginator):
    """Says how many messages there are, of whichever tables."""

    verbose_name = gettext_lazy("message")
    verbose_name_plural = gettext_lazy("messages")


@never_cache
@require_safe
def own_messages(request: HttpRequest) -> HttpResponse:
    """The messages of the last 90 days, newest first."""
    paginator = MessagesPaginator(reading.own_messages(request.user), PER_PAGE)
    page = paginator.get_page(request.GET.get("p"))
    context = {
        "entries": reading.entries(request.user, list(page.object_list)),
        "page_of_messages": page,
        "elided_page_range": paginator.get_elided_page_range(page.number),
        "unread": reading.unread_count(request.user),
        "days": reading.LISTED_FOR.days,
        "form": SeenForm(initial={"until": timezone.now().isoformat()}),
        "page_title": _("Messages"),
        "header_icon": "mail",
    }
    return render(request, "desk/messages.html", context)


@never_cache
@require_POST
def own_messages_read(request: HttpRequest) -> HttpResponse:
    form = SeenForm(request.POST)
    if form.is_valid():
        reading.mark_all_read(request.user, form.cleaned_data["until"])
        messages.success(request, _("All messages are marked as read."))
    else:
        messages.error(request, " ".join(form.errors.get("until", [])))
    return redirect("own_messages")


@never_cache
@require_safe
def own_message(request: HttpRequest, source: str, pk: int) -> HttpResponse:
    """Go where a message leads and note that it was opened; 404 for anybody else's."""
    found = delivery.source_named(source)
    if found is None or not found.has_accounts:
        raise Http404
    row = get_object_or_404(found.rows(), user=request.user, pk=pk)
    reading.mark_read(row, request.user)
    return redirect(urlsplit(found.compose(row).link).path)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def message_choices(request: HttpRequest) -> HttpResponse:
    """What comes by e-mail. The list on the site has everything in any case."""
    status = 200
    if request.method == "POST":
        form = ChoicesForm(request.POST, user=request.user)
        if form.is_valid():
            choices.choose(request.user, set(form.cleaned_data["mailed"]))
            messages.success(request, _("Your choice is kept."))
            return redirect("message_choices")
        status = REFUSED
    else:
        mailed = choices.mailed_groups(request.user)
        form = ChoicesForm(user=request.user, initial={"sent": True, "mailed": list(mailed)})
    context = {
        "form": form,
        "email": request.user.email,
        "is_bouncing": choices.has_bouncing_address(request.user),
        "page_title": _("Notifications by e-mail"),
        "header_icon": "mail",
        "back_url": reverse("own_messages"),
    }
    return render(request, "desk/message_choices.html", context, status=status)
