"""Nothing that can be sent is an error of the server, whichever database is asked for it."""

import pytest
from django.db import DataError
from django.http import HttpResponse
from django.urls import resolve, reverse

from marketplace.middleware import ReadableParametersMiddleware
from providers.models import ProviderPage
from tests.pages import signed_in

pytestmark = pytest.mark.usefixtures("demo_site")

MORE_THAN_A_DATABASE_COUNTS = "9" * 30


@pytest.mark.parametrize(
    "address", ["media/", "static/", "search/", "requests/new/", "feeds/", "admin/", "care/", "é"]
)
def test_an_address_with_a_nul_does_not_exist(client, address):
    assert client.get(f"/{address}%00/").status_code == 404
    assert client.post(f"/{address}%00/").status_code == 404


@pytest.mark.parametrize("solution", ["%00", "nothing", "x" * 300, "%ED%A0%80"])
def test_a_way_out_by_an_unknown_solution_is_a_404_page(client, solution):
    provider = ProviderPage.objects.listed().first()
    assert client.get(f"/leave/{provider.slug}/?solution={solution}").status_code == 404


@pytest.mark.parametrize("key", ['"abcdefgh\\000"', "abcdefgh\x00", "x" * 3000, "é" * 9, '""'])
@pytest.mark.parametrize("address", ["/requests/new/", "/admin/login/"])
def test_a_session_of_any_name_opens_nothing(client, address, key):
    response = client.get(address, headers={"cookie": f"sessionid={key}"})
    assert response.status_code == 200
    assert not response.wsgi_request.user.is_authenticated


@pytest.mark.parametrize("port", ["0", "99999999999", MORE_THAN_A_DATABASE_COUNTS])
def test_a_host_at_any_port_is_answered(client, port):
    assert client.get("/requests/new/", headers={"host": f"localhost:{port}"}).status_code == 200


@pytest.mark.parametrize("name", ["\x00", "bureau\x00", "x" * 5000])
def test_nobody_signs_in_by_an_odd_name(client, name):
    response = client.post("/admin/login/", {"username": name, "password": "\x00"})
    assert response.status_code == 200
    assert not response.wsgi_request.user.is_authenticated


@pytest.mark.parametrize(
    "address",
    [
        "/admin/pages/{}/edit/",
        "/admin/pages/{}/revisions/{}/revert/",
        "/admin/snippets/catalog/synonym/edit/{}/",
        "/admin/review/{}/",
        "/_util/authenticate_with_password/{}/{}/",
    ],
)
def test_a_number_beyond_what_a_database_counts_does_not_exist(address):
    officer = signed_in("bureau")
    number = MORE_THAN_A_DATABASE_COUNTS
    assert officer.get(address.format(number, number)).status_code == 404


@pytest.mark.parametrize(
    ("address", "sent", "status"),
    [
        ("/admin/snippets/choose/catalog/scenario/chosen-multiple/?id=%00", None, {200, 400}),
        ("/admin/snippets/matching/enterprise/add/", {"industry": "\x00"}, {200, 400}),
        ("/admin/pages/3/?q=%00", None, {200}),
    ],
)
def test_a_nul_in_the_back_office_is_refused_or_finds_nothing(address, sent, status):
    officer = signed_in("bureau")
    response = officer.get(address) if sent is None else officer.post(address, sent)
    assert response.status_code in status


GARBAGE = ["x", "²", MORE_THAN_A_DATABASE_COUNTS, "\x00", "[", "-1"]
CHOOSER = "/admin/choose-page/"


@pytest.mark.parametrize("value", GARBAGE)
@pytest.mark.parametrize(
    ("address", "names"),
    [
        (CHOOSER, ("page_type", "target_pages[]", "p", "user_perms", "match_subclass")),
        (f"{CHOOSER}search/", ("q", "page_type", "target_pages[]", "p")),
        (f"{CHOOSER}chosen-multiple/", ("id",)),
        ("/admin/choose-external-link/", ("link_text", "link_url", "page_type")),
        ("/admin/choose-email-link/", ("link_text", "email_address")),
        ("/admin/images/chooser/chosen-multiple/", ("id",)),
        ("/admin/images/chooser/", ("collection_id", "p", "q", "tag")),
        ("/admin/snippets/choose/catalog/scenario/chosen-multiple/", ("id",)),
        ("/admin/reports/site-history/", ("user", "p", "object_type", "timestamp_after", "label")),
        ("/admin/bulk/wagtailcore/page/delete/", ("id", "next", "childOf")),
        ("/admin/pages/3/", ("p", "ordering", "content_type", "owner", "site")),
        ("/admin/reports/locked/", ("locked_by", "p", "locale")),
    ],
)
def test_garbage_in_wagtails_own_parameters_is_no_error_of_the_server(address, names, value):
    """Each by itself, so that the first refusal does not hide the others."""
    officer = signed_in("bureau")
    for name in names:
        assert officer.get(address, {name: value}).status_code < 500, name


@pytest.mark.parametrize("username", ["bureau", "committee", "provider1"])
@pytest.mark.parametrize("body", ["not json", "[1]", "null", '"x"', "9", b"\xff", "[", ""])
def test_what_a_reader_has_closed_is_an_object_or_400(username, body):
    address = reverse("wagtailadmin_dismissibles")
    reader = signed_in(username)
    answer = reader.patch(address, body, content_type="application/json")
    assert answer.status_code == 400
    assert reader.get(address).json() == {}
    kept = reader.patch(address, {"menu": True}, content_type="application/json")
    assert kept.json() == {"menu": True}


@pytest.mark.parametrize("data", [{}, {"link_text": "x"}, {"external-link-chooser-url": "\x00"}])
@pytest.mark.parametrize("kind", ["external", "email", "phone", "anchor"])
def test_a_forged_form_of_a_link_is_refused_or_shown_again(kind, data):
    answer = signed_in("bureau").post(f"/admin/choose-{kind}-link/", data)
    assert answer.status_code in {200, 400}


def test_an_error_in_any_other_view_stays_one(rf):
    middleware = ReadableParametersMiddleware(lambda request: HttpResponse())
    for path, is_garbled in (("/admin/dismissibles/", True), ("/admin/pages/3/", False)):
        request = rf.get(path)
        request.resolver_match = resolve(path)
        answer = middleware.process_exception(request, ValueError("of our own"))
        assert (answer is not None) is is_garbled


def test_what_the_database_cannot_hold_is_refused_in_words(rf):
    middleware = ReadableParametersMiddleware(lambda request: HttpResponse())
    refused = middleware.process_exception(rf.get("/admin/?id=%00"), DataError("no NUL"))
    assert refused.status_code == 400
    assert "<h1>" in refused.content.decode()
    sent = rf.post("/admin/", {"title": "\x00"})
    assert middleware.process_exception(sent, DataError("no NUL")).status_code == 400


def test_an_error_of_our_own_stays_one(rf):
    middleware = ReadableParametersMiddleware(lambda request: HttpResponse())
    assert middleware.process_exception(rf.get("/?a=b"), DataError("too long")) is None
    assert middleware.process_exception(rf.get("/?a=%00"), ValueError("of our own")) is None
