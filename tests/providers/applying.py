"""Walking through the application form as a firm, without a browser."""

from __future__ import annotations

import re
from io import BytesIO

from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from pypdf import PdfWriter

from providers.joining.undertakings import TEXT_VERSION
from providers.models import Application, MemberInvitation, ProviderTeam
from tests.pages import provider_of

USCC = "91990000MA0YX01400"
OTHER_USCC = "91990000MA0YX01501"
COMPANY = {
    "company": "演示入驻科技有限公司",
    "uscc": USCC,
    "org_type": "enterprise",
    "registered_on": "2019-05-06",
    "headcount": "30",
    "website": "https://ruzhu.example.com",
}
OFFER = {
    "kind": "product",
    "summary": "给针织厂做工票采集。",
    "service_categories": ["product", "training"],
    "scenarios": ["PROD", "PLAN"],
    "industries": ["textile"],
    "local_team_size": "2",
    "local_office_address": "演示工业园1号",
    "response_hours": "24",
}
CONTACT = {
    "contact_name": "演示联系人",
    "phone": "0797-00003301",
    "email": "ruzhu@example.com",
    "homepage": "",
    "signed_by": "演示法人",
    "truthfulness": "on",
    "supervision": "on",
    "text_version": TEXT_VERSION,
}
CERTIFICATE = {
    "type": "iso9001",
    "number": "演示 9001",
    "issuer": "演示机构",
    "valid_from": "2025-01-01",
    "valid_to": "2028-01-01",
}


def pdf(name: str = "licence.pdf") -> SimpleUploadedFile:
    content, writer = BytesIO(), PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(content)
    return SimpleUploadedFile(name, content.getvalue(), content_type="application/pdf")


def picture(name: str = "licence.png") -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", (60, 40), "teal").save(content, "PNG")
    return SimpleUploadedFile(name, content.getvalue(), content_type="image/png")


def begin(client: Client, **changes) -> Application:
    """The first step of a new application; the row exists even where the answers are wrong."""
    cache.clear()
    before = set(Application.objects.values_list("pk", flat=True))
    client.post(reverse("join_new"), {**COMPANY, "next": "1", **changes})
    return Application.objects.exclude(pk__in=before).get()


def post(client: Client, application: Application, step: str, data: dict, **changes):
    address = reverse(f"join_{step}", args=[application.reference])
    return client.post(address, {"next": "1", **data, **changes})


def fill_in(client: Client, *, certificate: bool = False, **company) -> Application:
    """Everything but the last step."""
    application = begin(client, **company)
    assert post(client, application, "offer", OFFER).status_code == 302
    files = {"licence": pdf()}
    if certificate:
        files |= {**CERTIFICATE, "certificate": pdf("iso.pdf")}
    assert post(client, application, "files", files).status_code == 302
    return application


def send(client: Client, application: Application, **changes):
    address = reverse("join_contact", args=[application.reference])
    return client.post(address, {**CONTACT, "send": "1", **changes})


def applied(client: Client | None = None, *, certificate: bool = False, **company) -> Application:
    """An application that waits for the bureau."""
    client = client or Client()
    application = fill_in(client, certificate=certificate, **company)
    answer = send(client, application)
    assert answer.status_code == 302, answer.content.decode()
    application.refresh_from_db()
    assert application.state == Application.State.SUBMITTED
    return application


def link(application: Application) -> str:
    return reverse("join_application", args=[application.token])


def opened(application: Application) -> Client:
    """Another browser that follows the private link."""
    client = Client()
    assert client.get(link(application)).status_code == 302
    return client


# -- members ------------------------------------------------------------------------------------


def officer():
    return get_user_model().objects.get(username="bureau")


def team_of(username: str) -> ProviderTeam:
    return provider_of(username).team


def accept(invitation: MemberInvitation, username: str, client: Client | None = None):
    """Follow an invitation and make the account."""
    client = client or Client()
    client.get(reverse("join_invitation", args=[invitation.token]))
    return client.post(reverse("join_accept"), account(username))


PASSWORD = "kq7-Lanyard-Tulip"


def account(username: str, password: str = PASSWORD) -> dict:
    return {"username": username, "password1": password, "password2": password}


def errors_of(answer) -> str:
    """All sentences of the form's errors."""
    return re.sub(r"<[^>]+>", " ", str(answer.context["form"].errors))
