"""The queue of booklets: what is ordered, who builds, what is served meanwhile."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from cases.editions import building, machine
from cases.editions.issuing import issue_edition
from cases.editions.machine import Stopped
from cases.models import Booklet, CasePage, IssuedPicture
from cases.models.booklets import SILENCE
from catalog.batches import PartlyDone
from catalog.models import Suspension
from marketplace import due
from tests.cases.editions.making import bureau, demo_edition, new_edition
from tests.pages import signed_in

pytestmark = pytest.mark.usefixtures("demo_site")

State = Booklet.State


@pytest.fixture
def folders(monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """A press that is quick: it keeps what it was given and makes a file of one line."""
    seen: list[set[str]] = []

    def quick(folder: Path, tell) -> int:
        seen.append({path.name for path in folder.iterdir()})
        for step in range(1, 8):
            tell(step)
        (folder / "booklet.pdf").write_bytes(b"%PDF-1.7 " + str(len(seen)).encode())
        return 12

    monkeypatch.setattr(building, "press", quick)
    monkeypatch.setattr(building, "missing_parts", list)
    return seen


def one_round() -> int:
    return building.build_waiting(timezone.now())


def pdf(client: Client) -> bytes:
    response = client.get(f"{demo_edition().url}booklet.pdf")
    assert response.status_code == 200
    return b"".join(response.streaming_content)


# -- building --------------------------------------------------------------------------------------


def test_the_demonstrations_booklet_waits_and_is_built_by_the_clock(client, folders):
    edition = demo_edition()
    response = client.get(f"{edition.url}booklet.pdf")
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert edition.url in response.content.decode()

    assert one_round() == 1
    booklet = edition.current_issue().booklets.get()
    assert booklet.state == State.READY
    assert booklet.pages == 12
    assert booklet.step == building.STEPS
    response = client.get(f"{edition.url}booklet.pdf")
    assert response.headers["Content-Type"] == "application/pdf"
    assert int(response.headers["Content-Length"]) == booklet.size
    assert "collection-2026-1" in response.headers["Content-Disposition"]
    # What has not changed is neither built nor sent again.
    assert one_round() == 0
    assert len(folders) == 1
    again = client.get(f"{edition.url}booklet.pdf", HTTP_IF_NONE_MATCH=response.headers["ETag"])
    assert again.status_code == 304


def test_the_job_stands_after_the_messages():
    labels = [job.label for job in due.JOBS]
    assert labels.index("booklets built") > labels.index("messages delivered")
    assert labels[-1] == "booklets built"


def test_the_folder_holds_the_pictures_of_the_edition(folders):
    one_round()
    keys = set(demo_edition().current_issue().pictures.values_list("key", flat=True))
    assert len(keys) == 10
    assert folders[0] == {f"{key}.jpg" for key in keys} | {
        "booklet.html",
        "booklet.css",
        "order.json",
    }


def test_one_booklet_a_round(folders):
    issue_edition(demo_edition(), by=bureau(), note="更正一处数字")
    assert one_round() == 1
    assert one_round() == 1
    assert one_round() == 0
    assert Booklet.objects.filter(state=State.READY).count() == 2


def test_a_page_never_waits_for_the_press(client, monkeypatch):
    """Whoever reads pages starts no program."""

    def never(*args, **kwargs):
        raise AssertionError("a page started the press")

    monkeypatch.setattr(building, "press", never)
    monkeypatch.setattr(building, "missing_parts", never)
    monkeypatch.setattr(machine.subprocess, "run", never)
    monkeypatch.setattr(machine.subprocess, "Popen", never)
    edition = demo_edition()
    for rest in ("", "1/", "issues/1/", "booklet.pdf"):
        client.get(f"{edition.url}{rest}")
    office = signed_in("bureau")
    assert office.get(f"/admin/editions/{edition.pk}/").status_code == 200
    assert office.post(f"/admin/editions/{edition.pk}/draft/").status_code == 302


def test_the_button_says_how_far_it_is(client, folders):
    edition = demo_edition()
    building.order_wanted()
    booklet = edition.current_issue().booklets.get()
    assert "hx-get" in client.get(edition.url).content.decode()
    Booklet.objects.filter(pk=booklet.pk).update(state=State.BUILDING, step=4)
    assert "50" in client.get(edition.url).content.decode()
    waiting = client.get(f"{edition.url}booklet.pdf")
    assert waiting.status_code == 503
    assert 'value="50"' in waiting.content.decode()
    assert "50" in signed_in("bureau").get(f"/admin/editions/{edition.pk}/").content.decode()


# -- one process -----------------------------------------------------------------------------------


def test_one_of_two_processes_builds(folders):
    building.order_wanted()
    booklet = demo_edition().current_issue().booklets.get()
    now = timezone.now()
    assert building.claimed(booklet, "a" * 32, now)
    assert not building.claimed(booklet, "b" * 32, now)
    assert one_round() == 0
    assert folders == []


def test_two_orders_at_once_are_one():
    issue = demo_edition().current_issue()
    assert building.order(issue) is not None
    assert building.order(issue) is None
    assert building.order(issue, anew=True) is None
    with pytest.raises(IntegrityError), transaction.atomic():
        Booklet.objects.create(collection=issue.collection, issue=issue, fingerprint="x")


def test_a_booklet_whose_process_died_is_tried_again_and_then_given_up(folders):
    building.order_wanted()
    booklet = demo_edition().current_issue().booklets.get()
    now = timezone.now()
    for attempt in range(building.ATTEMPTS):
        booklet.refresh_from_db()
        assert booklet.attempts == attempt
        assert building.claimed(booklet, str(attempt) * 32, now)
        building.give_back_abandoned(now + SILENCE / 2)
        booklet.refresh_from_db()
        assert booklet.state == State.BUILDING
        building.give_back_abandoned(now + SILENCE + timedelta(minutes=1))
    booklet.refresh_from_db()
    assert booklet.state == State.FAILED
    assert one_round() == 0


def test_whoever_lost_the_claim_does_not_write_the_end(folders, monkeypatch):
    """A process that was taken for dead comes back late: its file is dropped."""
    building.order_wanted()
    quick = building.press

    def slow(folder, tell):
        pages = quick(folder, tell)
        Booklet.objects.update(state=State.WAITING, claim="")
        return pages

    monkeypatch.setattr(building, "press", slow)
    one_round()
    booklet = demo_edition().current_issue().booklets.get()
    assert booklet.state == State.WAITING
    assert not booklet.file


# -- failures --------------------------------------------------------------------------------------


def test_a_failure_is_told_in_words_and_tried_again_only_when_ordered(client, folders, monkeypatch):
    edition = demo_edition()

    def breaks(folder, tell):
        raise Stopped(Booklet.Failure.LARGE, "MemoryError")

    quick = building.press
    monkeypatch.setattr(building, "press", breaks)
    with pytest.raises(PartlyDone):
        one_round()
    booklet = edition.current_issue().booklets.get()
    assert booklet.state == State.FAILED
    assert booklet.failure == Booklet.Failure.LARGE
    assert one_round() == 0
    page = client.get(edition.url).content.decode()
    assert str(Booklet.Failure.LARGE.label) in page
    assert client.get(f"{edition.url}booklet.pdf").status_code == 503
    office = signed_in("bureau")
    assert str(Booklet.Failure.LARGE.label) in (
        office.get(f"/admin/editions/{edition.pk}/").content.decode()
    )

    monkeypatch.setattr(building, "press", quick)
    issue = edition.current_issue()
    assert office.post(f"/admin/editions/issues/{issue.pk}/rebuild/").status_code == 302
    assert one_round() == 1
    assert pdf(client).startswith(b"%PDF")
    # The failure has left with the booklet that took its place.
    assert issue.booklets.get().state == State.READY


def test_a_failed_build_is_reported_and_holds_up_no_other_job(folders, monkeypatch):
    def breaks(folder, tell):
        raise RuntimeError("boom")

    monkeypatch.setattr(building, "press", breaks)
    job = next(job for job in due.JOBS if job.label == "booklets built")
    outcome = due.run(job, timezone.now())
    assert outcome.count == 0
    assert "boom" in outcome.problems[0]
    assert Booklet.objects.get().failure == Booklet.Failure.CRASHED


def test_a_picture_whose_file_is_lost_is_named_as_the_cause(client, folders):
    picture = demo_edition().current_issue().pictures.first()
    IssuedPicture.objects.filter(pk=picture.pk).update(file="editions/pictures/gone.jpg")
    with pytest.raises(PartlyDone):
        one_round()
    assert Booklet.objects.get().failure == Booklet.Failure.PICTURE
    assert client.get(f"{demo_edition().url}pictures/{picture.key}/").status_code == 404


def test_a_booklet_whose_file_is_lost_is_built_again(client, folders):
    """As after the database was brought back without the files."""
    one_round()
    Booklet.objects.update(file="editions/booklets/gone.pdf")
    assert client.get(f"{demo_edition().url}booklet.pdf").status_code == 503
    assert one_round() == 1
    assert pdf(client)


def test_without_its_libraries_the_web_booklet_stands_and_says_what_is_missing(
    client, folders, monkeypatch
):
    edition = demo_edition()
    monkeypatch.setattr(building, "missing_parts", lambda: ["pango", "font"])
    assert one_round() == 0
    page = client.get(edition.url)
    text = page.content.decode()
    assert page.status_code == 200
    assert "Pango" in text
    assert "Noto Sans CJK" in text
    assert machine.INSTALLS in text
    assert machine.MAKES in text
    assert client.get(f"{edition.url}1/").status_code == 200
    assert client.get(f"{edition.url}booklet.pdf").status_code == 503
    assert (
        machine.MAKES in signed_in("bureau").get(f"/admin/editions/{edition.pk}/").content.decode()
    )

    # Once they are installed the next round builds.
    monkeypatch.setattr(building, "missing_parts", list)
    assert one_round() == 1
    assert machine.MAKES not in client.get(edition.url).content.decode()


# -- what is served meanwhile ----------------------------------------------------------------------


def test_the_earlier_pdf_of_an_issue_is_served_while_it_is_built_anew(client, folders):
    one_round()
    before = pdf(client)
    issue = demo_edition().current_issue()
    old = issue.booklets.get()
    building.order(issue, anew=True)
    assert pdf(client) == before
    one_round()
    assert pdf(client) != before
    assert issue.booklets.count() == 1
    assert not old.file.storage.exists(old.file.name) or issue.booklets.get().file.name != (
        old.file.name
    )


def test_a_pdf_with_a_case_that_left_is_served_no_more(client, folders):
    edition = demo_edition()
    one_round()
    case = CasePage.objects.get(slug="zhenzhi-xiaodan-kuaifan")
    Suspension.objects.create(page_id=case.pk, reason="测试")
    assert client.get(f"{edition.url}booklet.pdf").status_code == 503

    assert one_round() == 1
    assert pdf(client)
    booklet = edition.current_issue().booklets.get()
    assert booklet.left_out == [2]
    keys = edition.current_issue().cases.get(place=2).pictures.values_list("key", flat=True)
    assert not {f"{key}.jpg" for key in keys} & folders[1]

    # Back on the site: the shorter one is served until the whole one is built.
    Suspension.objects.update(lifted_at=timezone.now())
    shorter = pdf(client)
    assert one_round() == 1
    assert pdf(client) != shorter
    assert edition.current_issue().booklets.get().left_out == []


def test_a_case_that_leaves_while_its_booklet_is_built(client, folders, monkeypatch):
    case = CasePage.objects.get(slug="zhenzhi-xiaodan-kuaifan")
    quick = building.press

    def leaves(folder, tell):
        Suspension.objects.create(page_id=case.pk, reason="测试")
        return quick(folder, tell)

    monkeypatch.setattr(building, "press", leaves)
    one_round()
    assert client.get(f"{demo_edition().url}booklet.pdf").status_code == 503
    monkeypatch.setattr(building, "press", quick)
    assert one_round() == 1
    assert pdf(client)


def test_another_look_has_every_booklet_built_anew(folders, monkeypatch):
    from cases.editions import document

    one_round()
    monkeypatch.setattr(document, "layout", lambda: "another")
    assert one_round() == 1
    assert one_round() == 0


# -- drafts ----------------------------------------------------------------------------------------


def test_the_bureau_previews_a_draft_with_cases_that_are_not_public(folders):
    hidden = CasePage.objects.exclude(pk__in=CasePage.objects.listed()).first()
    page = new_edition(hidden)
    office = signed_in("bureau")
    address = f"/admin/editions/{page.pk}/draft"
    assert office.get(f"{address}.pdf").status_code == 404
    assert office.post(f"{address}/").status_code == 302
    # While one is under way a second order is refused.
    assert office.post(f"{address}/").status_code == 422
    one_round()
    one_round()
    response = office.get(f"{address}.pdf")
    assert b"".join(response.streaming_content).startswith(b"%PDF")
    for username in ("committee", "lead", "provider1"):
        assert signed_in(username).get(f"{address}.pdf").status_code == 404
    assert Client().get(f"{page.url}booklet.pdf").status_code == 404


def test_old_drafts_are_forgotten(folders):
    edition = demo_edition()
    building.order_draft(edition, by=bureau())
    while one_round():
        pass
    draft = edition.booklets.get(issue=None)
    building.clear_away(timezone.now() + building.DRAFTS_KEPT - timedelta(hours=1))
    assert edition.booklets.filter(issue=None).exists()
    building.clear_away(timezone.now() + building.DRAFTS_KEPT + timedelta(hours=1))
    assert not edition.booklets.filter(pk=draft.pk).exists()
    assert edition.booklets.filter(issue__isnull=False).exists()
