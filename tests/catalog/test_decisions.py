"""The office's decisions on recognition and benchmarks, with the documents that decided."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cases.models import BenchmarkDecision
from catalog.models import Recognition, SolutionPage
from tests.pages import case_without_decision, signed_in
from tests.providers.applying import pdf, picture

pytestmark = pytest.mark.usefixtures("demo_site")
RECOGNITION, BENCHMARK = "catalog_recognition", "cases_benchmarkdecision"
MODELS = {RECOGNITION: Recognition, BENCHMARK: BenchmarkDecision}


def address(name: str, view: str, *args: object) -> str:
    return reverse(f"wagtailsnippets_{name}:{view}", args=args)


def answers(name: str, **changes: object) -> dict:
    if name == RECOGNITION:
        solution = SolutionPage.objects.filter(recognition=None).first()
        data = {"solution": solution.pk, "batch": 2, "recognised_on": "2026-11-20"}
    else:
        data = {"case": case_without_decision().pk, "decided_on": "2026-11-20"}
    return {**data, "counts_toward_target": "on", **changes}


def decided(name: str, document: SimpleUploadedFile):
    """A new decision with a document; ``None`` where the form does not take it."""
    before = set(MODELS[name].objects.values_list("pk", flat=True))
    signed_in("bureau").post(address(name, "add"), answers(name, document=document))
    return MODELS[name].objects.exclude(pk__in=before).first()


def edited(name: str, decision, **changes: object):
    kept = (
        {"solution": decision.solution_id, "batch": 2, "recognised_on": "2026-11-20"}
        if (name == RECOGNITION)
        else {"case": decision.case_id, "decided_on": "2026-11-20"}
    )
    return signed_in("bureau").post(address(name, "edit", decision.pk), {**kept, **changes})


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize(
    "upload",
    [
        SimpleUploadedFile("a.pdf", b"<html><script>alert(1)</script>", "application/pdf"),
        SimpleUploadedFile("a.svg", b"<svg onload='x'/>", "image/svg+xml"),
        SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n", "image/png"),
    ],
    ids=["script", "svg", "half a picture"],
)
def test_a_document_is_judged_by_its_content(name, upload):
    upload.seek(0)
    assert decided(name, upload) is None


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize(
    ("upload", "kind", "suffix"),
    [(pdf, "application/pdf", ".pdf"), (picture, "image/jpeg", ".jpg")],
)
def test_the_office_reads_it_as_a_download(name, upload, kind, suffix):
    decision = decided(name, upload("../../红头 文件.exe"))
    assert decision.document.name.endswith(suffix)
    assert "exe" not in decision.document.name
    form = signed_in("bureau").get(address(name, "edit", decision.pk))
    assert address(name, "document", decision.pk) in form.content.decode()
    answer = signed_in("bureau").get(address(name, "document", decision.pk))
    assert answer.status_code == 200
    assert answer["Content-Type"] == kind
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert b"".join(answer) == decision.document.read()


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("username", ["lead", "committee", "provider1"])
def test_nobody_else_reads_it(name, username):
    decision = decided(name, pdf())
    theirs = signed_in(username).get(address(name, "document", decision.pk))
    missing = signed_in(username).get(address(name, "document", 10**12))
    assert theirs.status_code == missing.status_code == 404


@pytest.mark.parametrize("pk", [10**12, 10**30])
def test_a_decision_that_does_not_exist_or_has_none_is_not_found(pk):
    assert signed_in("bureau").get(address(RECOGNITION, "document", pk)).status_code == 404
    bare = Recognition.objects.filter(document="").first()
    answer = signed_in("bureau").get(address(RECOGNITION, "document", bare.pk))
    assert answer.status_code == 404
    assert signed_in("bureau").post(address(RECOGNITION, "document", bare.pk)).status_code == 405


@pytest.mark.parametrize("name", MODELS)
def test_a_document_goes_when_it_is_replaced_cleared_or_its_decision_deleted(
    name, django_capture_on_commit_callbacks
):
    decision = decided(name, pdf())
    first = decision.document
    with django_capture_on_commit_callbacks(execute=True):
        assert edited(name, decision).status_code == 302
    assert first.storage.exists(first.name), "an edit of the rest leaves it"
    with django_capture_on_commit_callbacks(execute=True):
        assert edited(name, decision, document=picture()).status_code == 302
    assert not first.storage.exists(first.name)
    decision.refresh_from_db()
    second = decision.document
    assert second.storage.exists(second.name)
    with django_capture_on_commit_callbacks(execute=True):
        assert edited(name, decision, **{"document-clear": "on"}).status_code == 302
    assert not second.storage.exists(second.name)
    decision.refresh_from_db()
    assert not decision.document
    edited(name, decision, document=pdf())
    decision.refresh_from_db()
    third = decision.document
    with django_capture_on_commit_callbacks(execute=True):
        decision.delete()
    assert not third.storage.exists(third.name)
