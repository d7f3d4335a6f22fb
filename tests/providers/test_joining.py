"""A firm applies: four steps, everything kept, a private link, and nothing told to strangers."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from marketplace.due import erase_applications
from providers.joining import access
from providers.joining.decisions import return_application
from providers.joining.drafts import DRAFT_LIFETIME, MAX_CERTIFICATES
from providers.joining.undertakings import TEXT_VERSION
from providers.models import Application, ApplicationFile, Notice, NoticeKind, ProviderPage
from tests.pages import signed_in
from tests.providers import applying

pytestmark = pytest.mark.usefixtures("demo_site")
State = Application.State


@pytest.fixture(autouse=True)
def unhurried(settings) -> None:
    settings.REQUEST_MIN_SECONDS = 0


def again(application: Application) -> Application:
    application.refresh_from_db()
    return application


def status_page(client: Client, application: Application) -> str:
    return client.get(reverse("join_page", args=[application.reference])).content.decode()


# -- the way through ----------------------------------------------------------------------------


def test_a_firm_applies_and_everybody_concerned_is_told(client):
    application = applying.applied(client, certificate=True)
    assert application.company == applying.COMPANY["company"]
    assert application.uscc == applying.USCC
    assert application.email == applying.CONTACT["email"]
    assert application.undertaking_version == TEXT_VERSION
    assert application.signed_by == "演示法人"
    assert application.submitted_at
    told = Notice.objects.filter(kind=NoticeKind.APPLICATION_RECEIVED, application=application)
    assert told.count() == 1
    bureau = Notice.objects.filter(kind=NoticeKind.APPLICATION_SUBMITTED)
    assert [notice.user.username for notice in bureau] == ["bureau"]
    assert bureau.get().path == reverse("application_detail", args=[application.reference])
    page = status_page(client, application)
    assert applying.link(application) in page
    assert "演示 9001" in page


@pytest.mark.parametrize("address", ["join_start", "join_new"])
def test_the_entry_is_found(client, address):
    assert client.get(reverse(address)).status_code == 200
    assert reverse("join_start") in client.get("/providers/").content.decode()
    assert reverse("join_start") in client.get("/").content.decode()


def test_what_is_wrong_is_kept_all_the_same(client):
    application = applying.begin(client, uscc="错误", company="演示\x00入驻")
    assert application.answers["company"]["uscc"] == "错误"
    assert application.answers["company"]["company"] == "演示入驻"
    answer = applying.post(client, application, "company", applying.COMPANY, headcount="很多")
    assert answer.status_code == 422
    shown = client.get(reverse("join_company", args=[application.reference])).content.decode()
    assert 'value="很多"' in shown


def test_saving_for_later_asks_for_nothing(client):
    application = applying.begin(client)
    answer = client.post(
        reverse("join_offer", args=[application.reference]), {"summary": "半句", "later": "1"}
    )
    assert answer.url == reverse("join_page", args=[application.reference])
    assert again(application).answers["offer"]["summary"] == "半句"
    assert application.answers["company"]["uscc"] == applying.USCC


def test_another_step_keeps_what_a_step_in_another_window_has_stored(client):
    application = applying.begin(client)
    applying.post(client, application, "offer", applying.OFFER)
    applying.post(client, application, "company", applying.COMPANY, headcount="31")
    kept = again(application).answers
    assert kept["company"]["headcount"] == "31"
    assert kept["offer"]["summary"] == applying.OFFER["summary"]


def test_the_last_step_leads_back_to_the_first_gap(client):
    application = applying.begin(client)
    last = reverse("join_contact", args=[application.reference])
    offer = reverse("join_offer", args=[application.reference])
    assert client.get(last).url == f"{offer}?check=1"
    assert applying.send(client, application).url == f"{offer}?check=1"
    applying.post(client, application, "offer", applying.OFFER)
    files = reverse("join_files", args=[application.reference])
    assert client.get(last).url == f"{files}?check=1"
    assert client.get(files, {"check": "1"}).context["form"].errors["licence"]
    assert again(application).state == State.DRAFT


# -- the code -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code", ["91990000MA0YX01401", "91990000MA0YX0140I", "123", "\x00", "", "٣" * 18]
)
def test_a_wrong_credit_code_is_named(client, code):
    cache.clear()
    answer = client.post(reverse("join_new"), {**applying.COMPANY, "uscc": code})
    assert answer.status_code == 422
    assert answer.context["form"].errors["uscc"]


def test_the_two_mistakes_of_a_code_have_a_sentence_each(client):
    said = []
    for code in ("91990000MA0YX01401", "91990000MA0YX"):
        cache.clear()
        answer = client.post(reverse("join_new"), {**applying.COMPANY, "uscc": code})
        said.append(str(answer.context["form"].errors["uscc"]))
    assert said[0] != said[1]


@pytest.mark.parametrize("code", ["９１９９０００0ma0yx01400", " 91990000-MA0YX0140 0 "])
def test_a_code_is_taken_however_it_is_written(client, code):
    assert applying.applied(client, uscc=code).uscc == applying.USCC


def test_a_code_in_use_is_refused_with_one_sentence_for_all(client):
    provider = ProviderPage.objects.exclude(uscc=None).first()
    applying.applied()
    said = set()
    for code in (provider.uscc, applying.USCC):
        cache.clear()
        answer = client.post(reverse("join_new"), {**applying.COMPANY, "uscc": code})
        assert answer.status_code == 422
        said.add(str(answer.context["form"].errors["uscc"]))
        assert provider.title not in answer.content.decode()
    assert len(said) == 1


def test_a_code_that_was_taken_meanwhile_is_refused_at_the_end(client):
    late = applying.fill_in(client)
    applying.applied()
    assert applying.send(client, late).status_code == 409
    assert again(late).state == State.DRAFT


def test_the_database_takes_one_of_two_applications_in_the_same_moment(client, monkeypatch):
    late = applying.fill_in(client)
    applying.applied()
    monkeypatch.setattr("providers.joining.submission.is_code_known", lambda *a, **k: False)
    assert applying.send(client, late).status_code == 409
    assert again(late).state == State.DRAFT


def test_codes_cannot_be_read_out_one_after_the_other(client, monkeypatch):
    monkeypatch.setattr("providers.joining.views.CODES_AN_HOUR", 1)
    taken = ProviderPage.objects.exclude(uscc=None).first().uscc
    application = applying.begin(client)
    answer = applying.post(client, application, "company", applying.COMPANY, uscc=taken)
    assert answer.status_code == 302
    applying.post(client, application, "offer", applying.OFFER)
    applying.post(client, application, "files", {"licence": applying.pdf()})
    assert applying.send(client, application).status_code == 409


def test_a_kind_that_does_not_fit_the_code_is_a_warning_only(client):
    cache.clear()
    answer = client.post(
        reverse("join_new"), {**applying.COMPANY, "org_type": "association", "next": "1"}
    )
    assert answer.status_code == 302
    shown = client.get(answer.url)
    assert any("91" in str(message) for message in shown.context["messages"])


# -- answers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "field", "value"),
    [
        ("company", "company", "一"),
        ("company", "company", "名" * 121),
        ("company", "registered_on", "2999-01-01"),
        ("company", "registered_on", "昨天"),
        ("company", "headcount", "0"),
        ("company", "headcount", "9" * 30),
        ("company", "website", "javascript:alert(1)"),
        ("company", "org_type", "nothing"),
        ("offer", "kind", "lead"),
        ("offer", "kind", "\x00"),
        ("offer", "summary", "长" * 81),
        ("offer", "scenarios", ["PROD", "nothing"]),
        ("offer", "service_categories", []),
        ("offer", "industries", []),
        ("offer", "local_team_size", "-1"),
        ("offer", "local_team_size", "31"),
        ("offer", "local_office_address", ""),
        ("offer", "response_hours", "9" * 25),
    ],
)
def test_every_answer_is_checked(client, step, field, value):
    application = applying.begin(client)
    data = {**{"company": applying.COMPANY, "offer": applying.OFFER}[step], field: value}
    answer = applying.post(client, application, step, data)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("contact_name", ""),
        ("phone", "12345"),
        ("email", "nobody"),
        ("email", f"{'a' * 60}@{'b' * 250}.com"),
        ("signed_by", " "),
        ("truthfulness", ""),
        ("supervision", ""),
    ],
)
def test_nothing_is_sent_without_contact_and_undertakings(client, field, value):
    application = applying.fill_in(client)
    data = {key: text for key, text in applying.CONTACT.items() if key != field}
    if value:
        data[field] = value
    answer = client.post(reverse("join_contact", args=[application.reference]), data)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert again(application).state == State.DRAFT


def test_all_industries_stand_for_each_of_them(client):
    application = applying.begin(client)
    data = {**applying.OFFER, "industries": [], "all_industries": "on"}
    assert applying.post(client, application, "offer", data).status_code == 302


def test_ticks_are_never_set_by_the_site(client):
    application = applying.fill_in(client)
    applying.send(client, application, signed_by="")
    page = client.get(reverse("join_contact", args=[application.reference]))
    for name in ("truthfulness", "supervision"):
        assert not page.context["form"][name].value()
    assert "truthfulness" not in again(application).answers["contact"]


def test_undertakings_of_an_older_version_are_not_signed(client):
    application = applying.fill_in(client)
    answer = applying.send(client, application, text_version="2020-01")
    assert answer.status_code == 422
    assert not answer.context["form"]["truthfulness"].value()
    assert TEXT_VERSION in str(answer.context["form"]["text_version"])


def test_robots_and_floods_send_nothing(client, settings, monkeypatch):
    application = applying.fill_in(client)
    assert applying.send(client, application, homepage="x").status_code == 422
    settings.REQUEST_MIN_SECONDS = 60
    assert applying.send(client, application).status_code == 422
    settings.REQUEST_MIN_SECONDS = 0
    monkeypatch.setattr("providers.joining.views.SUBMISSIONS_AN_HOUR", 0)
    assert applying.send(client, application).status_code == 429
    assert again(application).state == State.DRAFT
    assert again(application).answers["contact"]["email"] == applying.CONTACT["email"]
    monkeypatch.setattr("providers.joining.views.DRAFTS_AN_HOUR", 0)
    count = Application.objects.count()
    assert Client().post(reverse("join_new"), applying.COMPANY).status_code == 429
    assert Application.objects.count() == count


# -- files --------------------------------------------------------------------------------------


def test_a_licence_takes_the_place_of_the_one_before(client):
    application = applying.begin(client)
    applying.post(client, application, "files", {"licence": applying.pdf()})
    old = application.files.get()
    applying.post(client, application, "files", {"licence": applying.picture("执照.png")})
    new = application.files.get()
    assert new.pk != old.pk
    assert new.name == "执照"
    assert new.file.name.endswith(".jpg")


@pytest.mark.parametrize(
    "upload",
    [
        SimpleUploadedFile("licence.pdf", b"<script>alert(1)</script>"),
        SimpleUploadedFile("licence.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        SimpleUploadedFile("licence.pdf", b"%PDF-1.7 nothing"),
        SimpleUploadedFile("licence.png", b""),
    ],
)
def test_a_file_is_judged_by_its_content(client, upload):
    application = applying.begin(client)
    answer = applying.post(client, application, "files", {"licence": upload})
    assert answer.status_code == 422
    assert "licence" in answer.context["form"].errors
    assert not application.files.exists()


@pytest.mark.parametrize("name", ["（）.pdf", ".pdf", "a\x00b.pdf", "../../etc/passwd", "名" * 300])
def test_a_file_of_any_name_is_kept_and_handed_out_again(client, name):
    application = applying.begin(client)
    applying.post(client, application, "files", {"licence": applying.pdf(name)})
    for file in application.files.all():
        answer = client.get(reverse("join_file", args=[application.reference, file.pk]))
        assert answer.status_code == 200
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_certificate_is_added_described_and_removed(client):
    application = applying.begin(client)
    answer = client.post(
        reverse("join_files", args=[application.reference]),
        {**applying.CERTIFICATE, "certificate": applying.pdf("iso.pdf"), "add": "1"},
    )
    assert answer.status_code == 302
    file = application.files.get()
    assert (file.type_id, file.number, file.issuer) == ("iso9001", "演示 9001", "演示机构")
    assert again(application).answers["files"] == {}
    applying.post(client, application, "files", {"remove": [str(file.pk), "x", "9" * 5000]})
    assert not application.files.exists()


@pytest.mark.parametrize("missing", ["number", "issuer", "certificate"])
def test_a_qualification_needs_number_issuer_and_file(client, missing):
    application = applying.begin(client)
    data = {**applying.CERTIFICATE, "certificate": applying.pdf(), "licence": applying.pdf()}
    del data[missing]
    answer = applying.post(client, application, "files", data)
    assert answer.status_code == 422
    assert missing in answer.context["form"].errors
    assert not application.files.filter(kind=ApplicationFile.Kind.QUALIFICATION).exists()
    # The licence is right and stays; so does what was typed.
    assert application.files.filter(kind=ApplicationFile.Kind.LICENCE).exists()
    assert again(application).answers["files"]["type"] == "iso9001"


def test_dates_of_a_certificate_are_in_order(client):
    application = applying.begin(client)
    data = {**applying.CERTIFICATE, "certificate": applying.pdf(), "valid_to": "2024-01-01"}
    answer = applying.post(client, application, "files", data)
    assert "valid_to" in answer.context["form"].errors


def test_there_is_an_end_to_certificates(client):
    application = applying.begin(client)
    for _number in range(MAX_CERTIFICATES):
        applying.post(client, application, "files", {"certificate": applying.pdf()})
    answer = applying.post(client, application, "files", {"certificate": applying.pdf()})
    assert answer.status_code == 422
    assert application.files.count() == MAX_CERTIFICATES


def test_uploads_have_a_limit_too(client, monkeypatch):
    application = applying.begin(client)
    monkeypatch.setattr("providers.joining.file_views.UPLOADS_AN_HOUR", 0)
    answer = applying.post(client, application, "files", {"licence": applying.pdf()})
    assert answer.status_code == 429
    assert not application.files.exists()


# -- the private link ---------------------------------------------------------------------------


def test_the_link_opens_the_application_in_another_browser(client):
    application = applying.begin(client)
    other = applying.opened(application)
    assert applying.post(other, application, "offer", applying.OFFER).status_code == 302
    assert applying.OFFER["summary"] in status_page(other, application)


def test_nothing_of_one_is_read_by_the_link_of_another(client):
    application = applying.applied(client)
    other = applying.applied(Client(), uscc=applying.OTHER_USCC, company="演示另一家科技有限公司")
    stranger = applying.opened(other)
    file = application.files.first()
    own = other.files.first()
    addresses = [
        reverse(name, args=[application.reference])
        for name in (
            "join_page",
            "join_company",
            "join_offer",
            "join_files",
            "join_contact",
            "join_withdraw",
        )
    ]
    addresses += [
        reverse("join_file", args=[application.reference, file.pk]),
        reverse("join_file", args=[application.reference, own.pk]),
        # Under its own reference, too.
        reverse("join_file", args=[other.reference, file.pk]),
    ]
    for reader in (stranger, Client()):
        for address in addresses:
            answer = reader.get(address)
            assert answer.status_code == 404
            assert applying.COMPANY["company"] not in answer.content.decode()
            assert reader.post(address, {"later": "1"}).status_code in {404, 405}
    assert again(application).state == State.SUBMITTED
    assert applying.COMPANY["company"] not in status_page(stranger, other)


def test_a_reference_that_does_not_exist_looks_like_anothers(client):
    applying.begin(client)
    for address in ("/join/mine/AAAA-2222/", f"/join/{'0' * 40}/", "/join/mine/x/", "/join/x/"):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("pk", ["0", "9" * 18, "9" * 40, "-1", "x"])
def test_a_file_of_an_odd_number_does_not_exist(client, pk):
    application = applying.begin(client)
    assert client.get(f"/join/mine/{application.reference}/files/{pk}/").status_code == 404


def test_private_pages_stay_private(client):
    application = applying.applied(client)
    page = client.get(reverse("join_page", args=[application.reference]))
    assert "no-store" in page["Cache-Control"]
    assert "noindex" in page["X-Robots-Tag"]
    by_link = Client().get(applying.link(application))
    assert by_link["Referrer-Policy"] == "no-referrer"
    assert "noindex" in by_link["X-Robots-Tag"]
    robots = Client().get("/robots.txt").content.decode()
    assert "Disallow: /join/" in robots
    assert "/join/" not in Client().get("/sitemap.xml").content.decode()


def test_a_note_in_a_session_ends_with_the_links_salt(client):
    application = applying.begin(client)
    Application.objects.filter(pk=application.pk).update(salt="another")
    page = reverse("join_page", args=[application.reference])
    assert client.get(page).status_code == 404
    assert application.reference in client.session[access.OPENED]


def test_an_application_is_closed_in_a_browser(client):
    application = applying.begin(client)
    client.post(reverse("join_leave", args=[application.reference]))
    assert client.get(reverse("join_page", args=[application.reference])).status_code == 404


def test_no_visit_changes_anything(client):
    application = applying.fill_in(client)
    for name in ("page", "company", "offer", "files", "contact", "withdraw"):
        client.get(reverse(f"join_{name}", args=[application.reference]))
    leave = reverse("join_leave", args=[application.reference])
    assert client.get(leave).status_code == 405
    before = again(application).changed_at
    Client().get(applying.link(application))
    assert again(application).state == State.DRAFT
    assert application.changed_at == before
    assert client.get(reverse("join_page", args=[application.reference])).status_code == 200


# -- afterwards ---------------------------------------------------------------------------------


def test_what_was_sent_cannot_be_changed(client):
    application = applying.applied(client)
    for step, data in (("company", applying.COMPANY), ("offer", applying.OFFER), ("files", {})):
        answer = applying.post(client, application, step, data, summary="anders", headcount="9")
        assert answer.url == reverse("join_page", args=[application.reference])
    assert applying.send(client, application, email="anders@example.com").status_code == 302
    assert again(application).answers["company"]["headcount"] == "30"
    assert application.email == applying.CONTACT["email"]


def test_what_was_returned_is_mended_and_sent_once_more(client):
    application = applying.applied(client)
    return_application(application, by=applying.officer(), message="请补传清晰的执照。")
    assert "请补传清晰的执照。" in status_page(client, application)
    first = reverse("join_company", args=[application.reference])
    assert "请补传清晰的执照。" in client.get(first).content.decode()
    applying.post(client, application, "company", applying.COMPANY, headcount="33")
    assert applying.send(client, application).status_code == 302
    assert again(application).state == State.SUBMITTED
    assert application.answers["company"]["headcount"] == "33"
    assert list(application.events.values_list("state", flat=True)) == [
        State.SUBMITTED,
        State.RETURNED,
        State.SUBMITTED,
    ]
    assert Notice.objects.filter(kind=NoticeKind.APPLICATION_RECEIVED).count() == 2


def test_an_applicant_withdraws_after_being_asked(client):
    application = applying.applied(client)
    address = reverse("join_withdraw", args=[application.reference])
    assert client.get(address).status_code == 200
    assert again(application).state == State.SUBMITTED
    client.post(address)
    assert again(application).state == State.WITHDRAWN
    assert client.post(address).status_code == 302
    assert applying.send(client, application).status_code == 302
    assert again(application).state == State.WITHDRAWN
    # The code is free again.
    applying.applied()


def test_a_draft_is_erased_with_its_files(client, django_capture_on_commit_callbacks):
    application = applying.fill_in(client)
    file = application.files.get().file
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("join_withdraw", args=[application.reference]))
    assert not Application.objects.filter(pk=application.pk).exists()
    assert not file.storage.exists(file.name)


def test_a_draft_nobody_touches_is_erased_after_its_time(
    client, django_capture_on_commit_callbacks
):
    draft, sent = applying.fill_in(client), applying.applied(uscc=applying.OTHER_USCC)
    file = draft.files.get().file
    now = timezone.now()
    old = now - DRAFT_LIFETIME + timedelta(minutes=1)
    Application.objects.update(changed_at=old)
    assert erase_applications(now) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert erase_applications(now + timedelta(minutes=2)) == 1
    assert erase_applications(now + timedelta(minutes=2)) == 0
    assert not file.storage.exists(file.name)
    assert again(sent).files.exists()


def test_applicants_are_none_of_a_members_business():
    application = applying.applied()
    for username in ("provider1", "lead", "committee"):
        for name in ("application_detail", "application_take_back"):
            address = reverse(name, args=[application.reference])
            assert signed_in(username).get(address).status_code in {404, 405}
        assert signed_in(username).get(reverse("application_list")).status_code == 404
