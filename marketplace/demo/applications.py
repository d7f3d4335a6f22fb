"""Two applications of the demonstration: one waits for the bureau, one was returned."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.utils import timezone

from marketplace.demo.content import day, read
from marketplace.demo.pictures import draw
from providers.joining.undertakings import TEXT_VERSION
from providers.models import Application, ApplicationEvent, ApplicationFile

State = Application.State


def load_applications() -> None:
    """Create what is missing. Nobody is told: they stand there as if told long ago."""
    for row in read("applications"):
        if not Application.objects.filter(uscc=row["company"]["uscc"]).exists():
            new_application(row)


def new_application(row: dict) -> Application:
    sent_at = timezone.now() - timedelta(days=row["sent_days_ago"])
    application = Application.objects.create(
        state=row["state"],
        answers={name: row[name] for name in ("company", "offer", "contact")},
        company=row["company"]["company"],
        uscc=row["company"]["uscc"],
        email=row["contact"]["email"],
        undertaking_version=TEXT_VERSION,
        signed_by=row["contact"]["contact_name"],
        created_at=sent_at - timedelta(hours=1),
        submitted_at=sent_at,
    )
    add_file(application, ApplicationFile.Kind.LICENCE, "营业执照（演示）")
    if certificate := row["qualification"]:
        add_file(
            application,
            ApplicationFile.Kind.QUALIFICATION,
            "质量管理体系证书（演示）",
            type_id=certificate["type"],
            number=certificate["number"],
            issuer=certificate["issuer"],
            valid_from=day(certificate["valid_from"]),
            valid_to=day(certificate["valid_to"]),
        )
    ApplicationEvent.objects.create(application=application, state=State.SUBMITTED, at=sent_at)
    if row["message"]:
        decided_at = sent_at + timedelta(days=2)
        Application.objects.filter(pk=application.pk).update(decided_at=decided_at)
        ApplicationEvent.objects.create(
            application=application,
            state=row["state"],
            message=row["message"],
            by=get_user_model().objects.get(username="bureau"),
            at=decided_at,
        )
    return application


def add_file(
    application: Application, kind: ApplicationFile.Kind, name: str, **described
) -> ApplicationFile:
    """A drawn picture in the place of a scan."""
    file = ApplicationFile(application=application, kind=kind, name=name, **described)
    content = ContentFile(draw("provider", f"{application.uscc}-{kind}"))
    file.file.save(f"{application.uscc}-{kind}.jpg", content, save=False)
    file.save()
    return file
