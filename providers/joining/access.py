"""Who may open an application: the browser that began it, or one that followed its private link."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from providers.keys import fingerprint
from providers.models import Application

# Key of the session; the applications that it may open, by reference.
OPENED = "opened_applications"
REMEMBERED = 20


def mark_of(application: Application) -> str:
    """What a session notes; another salt of the application, and the note is worth nothing."""
    return fingerprint(application.salt)[:16]


def remember(http: HttpRequest, application: Application) -> None:
    """Let this browser open the application until its session ends."""
    noted = {**http.session.get(OPENED, {}), application.reference: mark_of(application)}
    http.session[OPENED] = dict(list(noted.items())[-REMEMBERED:])


def forget(http: HttpRequest, application: Application) -> None:
    """Close the application in this browser."""
    noted = dict(http.session.get(OPENED, {}))
    noted.pop(application.reference, None)
    http.session[OPENED] = noted


def opened_application(http: HttpRequest, reference: str) -> Application:
    """The application that this browser may open; 404 for any other, existing or not."""
    mark = http.session.get(OPENED, {}).get(reference, "")
    application = Application.objects.filter(reference=reference).first() if mark else None
    if application is None or mark_of(application) != mark:
        raise Http404
    return application


def opened_here(http: HttpRequest) -> list[Application]:
    """Every application that this browser may open, the newest first."""
    noted = http.session.get(OPENED, {})
    found = Application.objects.filter(reference__in=list(noted))
    return [row for row in found if mark_of(row) == noted[row.reference]]
