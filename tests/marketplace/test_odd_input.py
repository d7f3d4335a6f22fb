"""Nothing that can be sent is an error of the server, whichever database is asked for it."""

import pytest
from django.db import DataError
from django.http import HttpResponse

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
