"""The four documents of the acceptance: who puts them in, sees them, takes them back."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from providers.matching.lifecycle import MovedOnError, withdraw_consent
from providers.matching.models import AcceptanceDocument, Side
from providers.matching.working import acceptance_documents
from providers.matching.working.acceptance_documents import add_document, remove_document
from tests.matching import working
from tests.matching.asking import open_elsewhere
from tests.matching.working import fresh, work_address
from tests.pages import page_text, signed_in
from tests.providers.applying import pdf

pytestmark = pytest.mark.usefixtures("demo_site")


def put(choice, side: Side, kind: str = "licence", name: str = "营业执照") -> AcceptanceDocument:
    file = ContentFile(b"%PDF-1.4 x", name="same.pdf")
    return add_document(choice, side=side, kind=kind, file=file, name=name)


def own_addresses(document: AcceptanceDocument) -> tuple[str, str]:
    arguments = [document.choice.request.reference, document.key]
    return (
        reverse("request_work_document", args=arguments),
        reverse("request_work_document_remove", args=arguments),
    )


def desk_addresses(document: AcceptanceDocument) -> tuple[str, str]:
    arguments = [document.choice.invitation.public_id, document.pk]
    return (
        reverse("matching_work_document", args=arguments),
        reverse("matching_work_document_remove", args=arguments),
    )


def test_both_sides_put_files_in_and_read_them():
    choice = working.contracted()
    enterprise = open_elsewhere(choice.request)
    address = reverse("request_work_documents", args=[choice.request.reference])
    sent = enterprise.post(address, {"kind": "licence", "file": pdf("执照.pdf")})
    assert sent.status_code == 302
    provider = signed_in("provider1")
    provider.post(
        work_address(choice),
        {"deed": "document", "document-kind": "contract", "document-file": pdf("合同.pdf")},
    )
    licence, contract = choice.documents.order_by("pk")
    assert (licence.side, contract.side) == (Side.ENTERPRISE, Side.PROVIDER)
    for document in (licence, contract):
        for client, url in (
            (enterprise, own_addresses(document)[0]),
            (provider, desk_addresses(document)[0]),
        ):
            answer = client.get(url)
            assert answer.status_code == 200
            assert answer["Content-Disposition"].startswith("attachment")
            assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "upload",
    [
        SimpleUploadedFile("a.pdf", b"<script>alert(1)</script>"),
        SimpleUploadedFile("a.pdf", b""),
        SimpleUploadedFile("a.html", b"%PDF-"),
    ],
)
def test_no_file_is_taken_by_its_name(upload):
    choice = working.contracted()
    address = reverse("request_work_documents", args=[choice.request.reference])
    answer = open_elsewhere(choice.request).post(address, {"kind": "licence", "file": upload})
    assert answer.status_code == 422
    assert not choice.documents.exists()


def test_the_enterprises_files_leave_the_providers_sight_with_its_consent():
    choice = working.contracted()
    own, others = (
        put(choice, Side.PROVIDER, "contract"),
        put(choice, Side.ENTERPRISE, name="某厂执照"),
    )
    withdraw_consent(choice.request, choice.invitation)
    client = signed_in("provider1")
    assert client.get(desk_addresses(others)[0]).status_code == 404
    assert client.get(desk_addresses(own)[0]).status_code == 200
    page = page_text(client.get(work_address(choice)))
    assert desk_addresses(others)[0] not in page
    assert others.name not in page


def test_each_side_takes_back_its_own_only():
    choice = working.contracted()
    mine, others = put(choice, Side.ENTERPRISE), put(choice, Side.PROVIDER)
    enterprise = open_elsewhere(choice.request)
    assert enterprise.post(own_addresses(others)[1]).status_code == 404
    assert signed_in("provider1").post(desk_addresses(mine)[1]).status_code == 404
    assert enterprise.post(own_addresses(mine)[1]).status_code == 302
    assert list(choice.documents.all()) == [others]
    with pytest.raises(MovedOnError):
        remove_document(others, side=Side.ENTERPRISE)


def test_nothing_is_taken_back_after_the_end_and_proofs_may_still_come():
    choice = working.contracted()
    document = put(choice, Side.ENTERPRISE)
    type(choice).objects.filter(pk=choice.pk).update(accepted_at=choice.contracted_at)
    with pytest.raises(MovedOnError):
        remove_document(document, side=Side.ENTERPRISE)
    assert put(fresh(choice), Side.ENTERPRISE, "level", "证书").pk


def test_without_a_contract_there_are_no_documents():
    with pytest.raises(MovedOnError):
        put(working.chosen(), Side.ENTERPRISE)


def test_no_more_files_than_there_may_be(monkeypatch):
    choice = working.contracted()
    put(choice, Side.ENTERPRISE)
    monkeypatch.setattr(acceptance_documents, "MAX_DOCUMENTS", 1)
    with pytest.raises(acceptance_documents.TooManyDocumentsError):
        put(choice, Side.ENTERPRISE)


def test_strangers_and_the_lead_read_no_file():
    document = put(working.contracted(), Side.ENTERPRISE)
    reference = document.choice.request.reference
    office = reverse("matching_dispute_document", args=[reference, document.pk])
    assert signed_in("bureau").get(office).status_code == 200
    assert signed_in("lead").get(office).status_code == 404
    assert signed_in("provider2").get(desk_addresses(document)[0]).status_code == 404
    assert Client().get(own_addresses(document)[0]).status_code == 404
    other = working.contracted(username="provider2").request
    wrong = reverse("request_work_document", args=[other.reference, document.key])
    assert open_elsewhere(other).get(wrong).status_code == 404
