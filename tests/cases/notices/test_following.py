"""Whoever filed an objection follows it with link and code; looking changes nothing."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import Objection, ObjectionMessage
from cases.notices.access import DOOR
from providers.private_access import MAX_TRIES, RECEIPT_TIME
from tests.cases.notices.objecting import TEXT, admitted, answered, filed, latest, open_notice, send

pytestmark = pytest.mark.usefixtures("demo_site")


@pytest.fixture(autouse=True)
def uncounted():
    cache.clear()


@pytest.fixture
def objection() -> Objection:
    return filed()


def link(objection: Objection) -> str:
    return reverse("objection_link", args=[objection.token])


def page_of(objection: Objection) -> str:
    return reverse("objection_page", args=[objection.reference])


def opened(objection: Objection) -> Client:
    """A browser that has opened the link and typed the code."""
    client = Client()
    client.get(link(objection))
    client.post(
        reverse("objection_enter", args=[objection.reference]), {"code": objection.access_code}
    )
    return client


def wrong_code(objection: Objection) -> str:
    return f"{(int(objection.access_code) + 1) % 10**8:08d}"


def test_the_link_alone_shows_reference_and_state(objection):
    client = Client()
    answer = client.get(link(objection))
    said = answer.content.decode()
    assert objection.reference in said
    assert TEXT not in said
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer["X-Robots-Tag"]
    asked = client.get(page_of(objection)).content.decode()
    assert TEXT not in asked
    assert 'name="code"' in asked


def test_the_code_opens_the_rest(objection):
    answered(admitted(objection), upheld=False)
    said = opened(objection).get(page_of(objection)).content.decode()
    for shown in (TEXT, "事实具体。", "已核实，感谢来信。"):
        assert shown in said


def test_an_unknown_link_and_a_foreign_browser_find_nothing(objection):
    assert Client().get(reverse("objection_link", args=["0" * 40])).status_code == 404
    for name in ("page", "done", "withdraw"):
        address = reverse(f"objection_{name}", args=[objection.reference])
        assert Client().get(address).status_code == 404
    linked = Client()
    linked.get(link(objection))
    address = reverse("objection_withdraw", args=[objection.reference])
    assert linked.get(address).status_code == 404
    assert linked.post(address).status_code == 404


def test_five_wrong_codes_close_it_for_a_while(objection):
    client = Client()
    client.get(link(objection))
    address = reverse("objection_enter", args=[objection.reference])
    statuses = [
        client.post(address, {"code": wrong_code(objection)}).status_code
        for _try in range(MAX_TRIES)
    ]
    assert statuses == [422] * (MAX_TRIES - 1) + [429]
    assert client.post(address, {"code": objection.access_code}).status_code == 429


def test_reference_and_code_find_it_and_nothing_by_less(objection):
    address = reverse("objection_find")
    typed = {"reference": objection.reference.lower(), "code": objection.access_code}
    client = Client()
    assert client.post(address, typed).url == page_of(objection)
    wrong = [
        Client().post(address, typed | {"code": wrong_code(objection)}),
        Client().post(address, typed | {"reference": "2222-2222"}),
        Client().post(address, typed | {"reference": "nonsense"}),
    ]
    assert {answer.status_code for answer in wrong} == {422}
    said = {answer.content.decode().split("error-summary")[1].split("</ul>")[0] for answer in wrong}
    assert len(said) == 1


def test_a_link_of_something_else_does_not_open_an_objection(objection):
    from providers.keys import derive_token

    other = derive_token(objection.key_salt, objection.reference)
    assert Client().get(reverse("objection_link", args=[other])).status_code == 404


def test_looking_never_acts(objection):
    client = opened(objection)
    before = Objection.objects.values().get(pk=objection.pk)
    for name in ("page", "done", "withdraw"):
        client.get(reverse(f"objection_{name}", args=[objection.reference]))
    assert client.get(reverse("objection_leave", args=[objection.reference])).status_code == 405
    assert Objection.objects.values().get(pk=objection.pk) == before


def test_it_is_withdrawn_by_a_post_while_it_is_open(objection):
    client = opened(objection)
    address = reverse("objection_withdraw", args=[objection.reference])
    assert client.get(address).status_code == 200
    client.post(address)
    objection.refresh_from_db()
    assert objection.withdrawn_at
    assert not Objection.objects.blocking().exists()
    moment = objection.withdrawn_at
    client.post(address)
    objection.refresh_from_db()
    assert objection.withdrawn_at == moment


def test_what_was_answered_is_not_withdrawn(objection):
    answered(admitted(objection))
    opened(objection).post(reverse("objection_withdraw", args=[objection.reference]))
    objection.refresh_from_db()
    assert objection.withdrawn_at is None


def test_link_and_code_are_shown_for_half_an_hour_and_here_only(client):
    address = send(client, open_notice()).url
    objection = latest()
    assert objection.token in client.get(address).content.decode()
    assert Client().get(address).status_code == 404
    Objection.objects.update(filed_at=timezone.now() - RECEIPT_TIME)
    assert client.get(address).status_code == 404
    assert DOOR.linked not in client.session


def test_leaving_closes_it_in_this_browser(client):
    send(client, open_notice())
    objection = latest()
    assert client.get(page_of(objection)).status_code == 200
    client.post(reverse("objection_leave", args=[objection.reference]))
    assert client.get(page_of(objection)).status_code == 404


def test_whoever_filed_it_is_told_of_every_step_once(objection, django_capture_on_commit_callbacks):
    answered(admitted(objection))
    kinds = [message.kind for message in ObjectionMessage.objects.all()]
    assert kinds == ["objection_received", "objection_admitted", "objection_settled"]


def test_the_mail_carries_a_link_that_opens_it(objection, settings, tmp_path):
    from cases.notices import outbox

    settings.MAIL_DIR = tmp_path
    outbox.deliver_waiting()
    mail = next(tmp_path.glob("*objection_received.txt")).read_text("utf-8")
    assert objection.token in mail
    assert objection.reference in mail
    assert objection.access_code not in mail
    assert Client().get(link(objection)).status_code == 200


def test_a_mail_that_comes_back_is_found_by_its_mark(objection):
    from cases.notices import outbox

    assert outbox.compose(ObjectionMessage.objects.get()).source_name == outbox.SOURCE.name
