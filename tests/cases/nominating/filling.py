"""Filling in the steps of an enterprise's nomination, as a browser would."""

from __future__ import annotations

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from cases.models import Nomination
from catalog.models import Indicator, IndustryChain, PainPoint, TransformationMode

COMPANY = "演示庚针织有限公司"
PHONE = "13800000077"


def photo(name: str = "photo.jpg") -> SimpleUploadedFile:
    made = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(made, "JPEG")
    return SimpleUploadedFile(name, made.getvalue(), content_type="image/jpeg")


def answers() -> dict[str, dict]:
    """Right answers of every step but the files and the last."""
    indicators = [*Indicator.objects.offered().filter(is_standard=True)[:1]]
    indicators += [*Indicator.objects.offered().filter(is_standard=False)[:2]]
    figures = {}
    for place, indicator in enumerate(indicators):
        figures |= {
            f"figures-{place}-indicator": indicator.pk,
            f"figures-{place}-before": "90",
            f"figures-{place}-after": "95",
            f"figures-{place}-period": "2026年上半年对比下半年",
            f"figures-{place}-source": "质检台账",
        }
    return {
        "company": {
            "company": COMPANY,
            "title": "小厂的工票改造",
            "summary": "工票上线后，交付快了三天。",
            "industries": [IndustryChain.objects.offered().first().pk],
            "headcount_band": "100-299",
            "profile": "一百人的针织厂。",
        },
        "needs": {"pain_points": [PainPoint.objects.offered().first().pk], "needs": "工票靠手写。"},
        "path": {
            "modes": [TransformationMode.objects.offered().first().pk],
            "other_solutions": "自制看板",
            "other_providers": "演示服务商",
            "path_text": "先一个组，后全厂。",
            "investment_wan": "46",
            "months": "4",
        },
        "results": {"results": "交付更快。"} | figures,
        "repeat": {"fits": "百人左右的针织厂。", "pitfalls": "别一次全上"},
    }


def begin(client: Client, **changed: object) -> Nomination:
    """Send the first step; the nomination that it made."""
    client.post(reverse("nomination_new"), answers()["company"] | changed | {"next": "1"})
    return Nomination.objects.latest("pk")


def fill(client: Client, **changed: object) -> Nomination:
    """Fill in all steps before the last."""
    nomination = begin(client, **changed)
    for name, data in answers().items():
        if name != "company":
            post(client, nomination, name, data | {"next": "1"})
    picture = {
        "picture": photo(),
        "shows": "缝制组扫码",
        "people": "nobody",
        "screens": "no_screen",
        "next": "1",
    }
    post(client, nomination, "files", picture)
    nomination.refresh_from_db()
    return nomination


def post(client: Client, nomination: Nomination, name: str, data: dict):
    return client.post(reverse("nomination_step", args=[nomination.reference, name]), data)


def send(client: Client, nomination: Nomination, **changed: object):
    """Send the last step."""
    data = {"contact_name": "庚厂长", "phone": PHONE, "notice": "on"} | changed
    return post(client, nomination, "send", data)


def sent(client: Client, **changed: object) -> Nomination:
    """A nomination that was sent."""
    nomination = fill(client, **changed)
    response = send(client, nomination)
    assert response.status_code == 302, response.context["form"].errors
    nomination.refresh_from_db()
    return nomination
