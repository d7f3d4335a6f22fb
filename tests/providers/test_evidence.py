"""Proofs of a listing: sent by its members, seen by those who review it and by nobody else."""

from io import BytesIO

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from wagtail.models import Workflow

from catalog.models import Evidence, SolutionPage
from marketplace.roles import REVIEW
from providers.qualifications import evidence_views
from providers.withdrawal.subtree import ActRefused
from tests.pages import complete_draft, provider_of, signed_in, submitted

pytestmark = pytest.mark.usefixtures("demo_site")


def photo() -> SimpleUploadedFile:
    made = BytesIO()
    Image.new("RGB", (8, 8)).save(made, "PNG")
    return SimpleUploadedFile("合同.html", made.getvalue(), content_type="text/html")


@pytest.fixture
def solution() -> SolutionPage:
    return provider_of("provider1").solutions.first()


@pytest.fixture
def proof(solution) -> Evidence:
    send(solution)
    return Evidence.objects.get(page_id=solution.pk)


def send(page, username: str = "provider1"):
    address = reverse("evidence_list", args=[page.pk])
    return signed_in(username).post(
        address, {"name": "验收报告", "kind": Evidence.Kind.CLAIM, "file": photo()}
    )


def test_a_member_adds_lists_and_deletes_a_proof(solution):
    assert send(solution).status_code == 302
    proof = Evidence.objects.get(page_id=solution.pk)
    assert proof.uploaded_by == get_user_model().objects.get(username="provider1")
    assert proof.file.name.endswith(".jpg")  # made anew, whatever its name said
    browser = signed_in("provider1")
    listed = browser.get(reverse("evidence_list", args=[solution.pk])).content.decode()
    assert reverse("evidence_download", args=[proof.pk]) in listed
    assert browser.post(reverse("evidence_delete", args=[proof.pk])).status_code == 302
    assert not Evidence.objects.filter(pk=proof.pk).exists()


def test_it_is_handed_out_as_a_download_that_runs_nothing(proof):
    response = signed_in("provider1").get(reverse("evidence_download", args=[proof.pk]))
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("username", "status"),
    [("provider1", 200), ("bureau", 200), ("provider2", 404), ("lead", 404), ("committee", 404)],
)
def test_who_sees_it_while_nothing_is_reviewed(username, status, proof):
    address = reverse("evidence_download", args=[proof.pk])
    assert signed_in(username).get(address).status_code == status


def test_whoever_decides_on_the_listing_sees_it_for_that_time():
    state = submitted("provider1")
    page = SolutionPage.objects.get(pk=state.workflow_state.object_id)
    assert send(page).status_code == 302
    proof = Evidence.objects.get(page_id=page.pk)
    address = reverse("evidence_download", args=[proof.pk])
    decider = "lead" if state.task.specific.step == "lead" else "bureau"
    assert signed_in(decider).get(address).status_code == 200
    assert signed_in("provider2").get(address).status_code == 404


def test_under_review_a_proof_stays():
    state = submitted("provider1")
    page = SolutionPage.objects.get(pk=state.workflow_state.object_id)
    send(page)
    proof = Evidence.objects.get(page_id=page.pk)
    address = reverse("evidence_delete", args=[proof.pk])
    assert signed_in("provider1").post(address).status_code == 422
    assert Evidence.objects.filter(pk=proof.pk).exists()


def test_a_submission_made_while_a_deletion_waited_keeps_its_proof(monkeypatch):
    page = complete_draft(provider_of("provider1"))
    send(page)
    proof = Evidence.objects.get(page_id=page.pk)
    member = get_user_model().objects.get(username="provider1")
    page.save_revision(user=member)

    def submitted_meanwhile(page_id: int) -> None:
        Workflow.objects.get(name=REVIEW).start(page, member)

    monkeypatch.setattr(evidence_views, "take_for_writing", submitted_meanwhile)
    with pytest.raises(ActRefused):
        evidence_views.remove(proof, page, by=member)


def test_the_file_goes_with_its_row_however_the_row_goes(proof, django_capture_on_commit_callbacks):
    file = proof.file
    assert file.storage.exists(file.name)
    with django_capture_on_commit_callbacks(execute=True):
        proof.delete()
    assert not file.storage.exists(file.name)


def test_another_provider_finds_nothing(solution, proof):
    other = signed_in("provider2")
    for name, key in (("evidence_list", solution.pk), ("evidence_delete", proof.pk)):
        assert other.get(reverse(name, args=[key])).status_code == 404
        assert other.post(reverse(name, args=[key])).status_code == 404
    assert send(solution, "provider2").status_code == 404
    assert Evidence.objects.filter(page_id=solution.pk).count() == 1


def test_a_file_that_is_none_is_refused(solution):
    address = reverse("evidence_list", args=[solution.pk])
    fake = SimpleUploadedFile("a.pdf", b"MZ not a pdf")
    response = signed_in("provider1").post(address, {"name": "x", "file": fake})
    assert response.status_code == 422
    assert not Evidence.objects.filter(page_id=solution.pk).exists()


def test_there_is_a_bound(solution):
    Evidence.objects.bulk_create(
        Evidence(page_id=solution.pk, name=f"{n}", file=f"evidence/{n}.pdf") for n in range(30)
    )
    assert send(solution).status_code == 422
