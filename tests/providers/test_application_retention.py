"""What becomes of the personal data of an application that came to nothing."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from marketplace.due import JOBS, erase_ended_applications, run
from providers.joining.decisions import refuse_application, return_application
from providers.joining.retention import RETENTION
from providers.models import Application, NoticeKind
from providers.notices import compose, tell_applicant
from tests.pages import signed_in
from tests.providers import applying

pytestmark = pytest.mark.usefixtures("demo_site")
State = Application.State
REASON = "业务范围与公示类别不符"
PERSONAL = (
    applying.CONTACT["contact_name"],
    applying.CONTACT["phone"],
    applying.CONTACT["email"],
    applying.CONTACT["signed_by"],
)


@pytest.fixture(autouse=True)
def unhurried(settings) -> None:
    settings.REQUEST_MIN_SECONDS = 0


def refused() -> Application:
    application = applying.applied(certificate=True)
    refuse_application(application, by=applying.officer(), reason=REASON)
    return again(application)


def withdrawn() -> Application:
    application = applying.applied(certificate=True)
    opened = applying.opened(application)
    opened.post(reverse("join_withdraw", args=[application.reference]))
    assert again(application).state == State.WITHDRAWN
    return application


def again(application: Application) -> Application:
    application.refresh_from_db()
    return application


def all_it_holds(application: Application) -> str:
    row = Application.objects.filter(pk=application.pk).values().get()
    rows = [*application.files.values(), *application.events.values()]
    return " ".join(map(str, [row, *rows]))


def end_long_ago(application: Application, ago: timedelta) -> None:
    Application.objects.filter(pk=application.pk).update(changed_at=timezone.now() - ago)


@pytest.mark.parametrize("ended", [refused, withdrawn])
def test_contact_and_files_go_after_the_retention(ended, django_capture_on_commit_callbacks):
    application = ended()
    files = [row.file for row in application.files.all()]
    assert len(files) == 2
    assert all(word in all_it_holds(application) for word in PERSONAL)
    end_long_ago(application, RETENTION - timedelta(minutes=1))
    assert erase_ended_applications(timezone.now()) == 0
    end_long_ago(application, RETENTION)
    with django_capture_on_commit_callbacks(execute=True):
        assert erase_ended_applications(timezone.now()) == 1
    assert not any(file.storage.exists(file.name) for file in files)
    held = all_it_holds(again(application))
    assert not [word for word in PERSONAL if word in held]
    assert application.erased_at
    erased_at = application.erased_at
    assert erase_ended_applications(timezone.now()) == 0
    assert again(application).erased_at == erased_at


def test_the_decision_stays_as_the_offices_record():
    application = refused()
    end_long_ago(application, RETENTION)
    erase_ended_applications(timezone.now())
    assert again(application).company == applying.COMPANY["company"]
    assert application.uscc == applying.USCC
    assert application.state == State.REFUSED
    assert application.decided_at
    for reader, name in (
        (signed_in("bureau"), "application_detail"),
        (applying.opened(application), "join_page"),
    ):
        answer = reader.get(reverse(name, args=[application.reference]))
        said = answer.content.decode()
        assert answer.status_code == 200
        assert REASON in said
        assert timezone.localdate(application.erased_at).isoformat() in said
        assert not [word for word in PERSONAL if word in said]
    assert applying.COMPANY["company"] in (
        signed_in("bureau").get(reverse("application_list")).content.decode()
    )


def test_what_is_open_or_approved_keeps_its_data(client):
    waiting = applying.applied()
    returned = applying.applied(uscc=applying.OTHER_USCC)
    return_application(returned, by=applying.officer(), message="请补充。")
    approved = Application.objects.create(state=State.APPROVED, email="a@example.com")
    Application.objects.update(changed_at=timezone.now() - 2 * RETENTION)
    assert erase_ended_applications(timezone.now()) == 0
    for application in (waiting, returned, approved):
        assert again(application).email


def test_run_due_does_it():
    application = refused()
    end_long_ago(application, RETENTION)
    job = next(job for job in JOBS if job.work is erase_ended_applications)
    assert run(job, timezone.now()).count == 1
    assert run(job, timezone.now()).count == 0


def test_the_applicant_is_told_before_sending_and_with_the_refusal():
    application = applying.fill_in(Client())
    page = applying.opened(application).get(reverse("join_contact", args=[application.reference]))
    assert "12" in page.content.decode()
    assert page.context["retention_months"] == 12
    ended = refused_of(application)
    status = applying.opened(ended).get(reverse("join_page", args=[ended.reference]))
    assert status.context["retention_words"] in status.content.decode()
    tell_applicant(ended, NoticeKind.APPLICATION_REFUSED, event="once more")
    assert "12" in compose(ended.notices.last()).text


def refused_of(application: Application) -> Application:
    applying.send(applying.opened(application), application)
    refuse_application(again(application), by=applying.officer(), reason=REASON)
    return again(application)
