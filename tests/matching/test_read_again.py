"""What was decided on a page that has changed meanwhile is not done; the page is read again."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from providers.matching.answering.quoting import QuoteChangedError
from providers.matching.choosing.deciding import choose_provider
from providers.matching.choosing.forms import read_mark
from providers.matching.models import Choice, Consent, Quote
from providers.matching.working.carrying_out import (
    MilestonesChangedError,
    PlannedStep,
    milestones_mark,
    set_milestones,
)
from providers.models import ProviderPage
from tests.matching import answering, asking, replying, working
from tests.pages import signed_in

pytestmark = pytest.mark.usefixtures("demo_site")


def says(answer, sentence: str) -> bool:
    """Whether the answer tells its reader that sentence of the code."""
    with translation.override(settings.LANGUAGE_CODE):
        told = translation.gettext(sentence)
    return told in [str(message) for message in get_messages(answer.wsgi_request)]


# -- the choice ---------------------------------------------------------------------------------


def test_a_quote_that_changed_under_the_click_is_not_chosen():
    request = replying.asked(1, consent=1)
    invitation = replying.quoted(request)
    client = asking.open_elsewhere(request)
    url = reverse("request_choose", args=[request.reference, invitation.public_id])
    read = client.get(url).context["form"]["version"].value()
    replying.send(invitation, days=90)
    for odd in ({"version": read}, {}, {"version": "0"}):
        answer = client.post(url, {"reason": "", **odd})
        assert (answer.status_code, answer.url) == (302, url)
        assert says(answer, "The quote has changed; please read it again.")
    assert not Choice.objects.exists()
    page = client.get(url)
    version = page.context["form"]["version"].value()
    assert f'name="version" value="{version}"' in page.content.decode()
    client.post(url, {"reason": "", "version": version})
    assert Choice.objects.get().invitation == invitation


@pytest.mark.parametrize("version", ["\x00", "-1", "9" * 5000, "32768", "x"])
def test_odd_versions_choose_nothing(version):
    request = replying.asked(1, consent=1)
    invitation = replying.quoted(request)
    url = reverse("request_choose", args=[request.reference, invitation.public_id])
    answer = asking.open_elsewhere(request).post(url, {"reason": "", "version": version})
    assert answer.status_code == 422
    assert not Choice.objects.exists()


def test_the_act_compares_the_version_and_a_second_click_finds_the_choice():
    request = replying.asked(1, consent=1)
    invitation = replying.quoted(request)
    for seen in (0, 2):
        with pytest.raises(QuoteChangedError):
            choose_provider(request, invitation, consents=True, seen=seen)
    choice = choose_provider(request, invitation, consents=True, seen=1)
    assert choose_provider(request, invitation, consents=True, seen=0) == choice


# -- the consent --------------------------------------------------------------------------------


def test_a_consent_is_given_to_the_sentence_that_was_read(client):
    request = asking.ask_and_send(client, asking.offer_of("provider1"))
    invitation = request.invitations.get()
    page = reverse("request_page", args=[request.reference])
    url = reverse("request_consent", args=[request.reference, invitation.public_id])
    read = read_mark(invitation.provider)
    assert f'name="read" value="{read}"' in client.get(page).content.decode()
    ProviderPage.objects.filter(pk=invitation.provider_id).update(legal_name="改名后的公司")
    given = request.consents.filter(kind=Consent.Kind.RECIPIENT)
    for stale in ({"read": read}, {}, {"read": "\x00"}):
        answer = client.post(url, {"decision": "give", **stale})
        assert answer.url == page
        assert says(answer, "The provider's contact has changed. Please read it again.")
        assert not given.exists()
    now = read_mark(ProviderPage.objects.get(pk=invitation.provider_id))
    client.post(url, {"decision": "give", "read": now})
    assert "改名后的公司" in given.get().text


# -- the quote ----------------------------------------------------------------------------------


@pytest.fixture
def invitation():
    request = asking.ask_and_send(Client(), asking.offer_of("provider1"))
    found = request.invitations.get()
    answering.interested(found)
    answering.quoted(found)
    return found


@pytest.mark.parametrize("stale", ["1", "", "0"])
def test_an_old_tab_does_not_replace_a_colleagues_quote(invitation, stale):
    page = signed_in("provider1").get(answering.address_of(invitation))
    assert 'name="quote-version" value="1"' in page.content.decode()
    answering.quoted(invitation, **{"quote-days": "45"})
    typed = {"quote-days": "77", "quote-version": stale}
    answer = answering.quoted(invitation, **typed)
    assert answer.status_code == 409
    assert says(answer, "A colleague has changed the quote meanwhile; please read it again.")
    assert Quote.objects.get().days == 45
    form = answer.context["forms"]["quote"]
    assert (form["days"].value(), form["version"].value()) == ("77", "2")
    again = answering.quoted(invitation, **typed | {"quote-version": form["version"].value()})
    assert again.status_code == 302
    assert Quote.objects.get().days == 77


def test_the_second_click_on_a_quote_is_answered_as_the_first(invitation):
    for _click in range(2):
        sent = answering.quoted(invitation, **{"quote-days": "45", "quote-version": "1"})
        assert sent.status_code == 302
    assert Quote.objects.get().version == 2


# -- the milestones -----------------------------------------------------------------------------


def steps(*titles: str) -> list[PlannedStep]:
    return [PlannedStep(title, timezone.localdate()) for title in titles]


def posted(seen: str, *rows: tuple[str, object]) -> dict:
    """The form of the milestones with rows of title and id."""
    form = {
        "deed": "milestones",
        "milestones-seen": seen,
        "milestones-TOTAL_FORMS": len(rows),
        "milestones-INITIAL_FORMS": sum(bool(pk) for _title, pk in rows),
    }
    for place, (title, pk) in enumerate(rows):
        day = timezone.localdate() + timedelta(days=1)
        form |= {f"milestones-{place}-title": title, f"milestones-{place}-pk": pk}
        form[f"milestones-{place}-due_on"] = str(day)
    return form


@pytest.mark.parametrize("with_mark", [True, False])
def test_an_old_tab_does_not_delete_a_colleagues_milestones(with_mark):
    choice, by = working.contracted(), working.member()
    set_milestones(choice, by=by, milestones=steps("调研"))
    first, client = choice.milestones.get(), signed_in("provider1")
    address = working.work_address(choice)
    old = milestones_mark(choice)
    assert f'name="milestones-seen" value="{old}"' in client.get(address).content.decode()
    kept = PlannedStep("调研", first.due_on, pk=first.pk)
    set_milestones(choice, by=by, milestones=[kept, *steps("同事新增的一步")])
    typed = [("调研改名", first.pk), ("我加的一步", "")]
    answer = client.post(address, posted(old if with_mark else "", *typed))
    assert answer.status_code == 409
    told = "A colleague has changed the milestones meanwhile; please read them again."
    assert says(answer, told)
    assert {row.title for row in choice.milestones.all()} == {"调研", "同事新增的一步"}
    shown = answer.content.decode()
    assert all(words in shown for words in ("调研改名", "我加的一步", "同事新增的一步"))
    form = answer.context["work"].forms["milestones"]
    rows = [(row["title"], row["pk"] or "") for row in form.initial]
    mark = form.seen_form["seen"].value()
    assert client.post(address, posted(mark, *rows)).status_code == 302
    titles = {row.title for row in choice.milestones.all()}
    assert titles == {"调研改名", "我加的一步", "同事新增的一步"}


def test_what_a_colleague_has_taken_away_comes_back_as_a_new_row():
    choice, by = working.contracted(), working.member()
    set_milestones(choice, by=by, milestones=steps("调研"))
    first, client = choice.milestones.get(), signed_in("provider1")
    address, old = working.work_address(choice), milestones_mark(choice)
    set_milestones(choice, by=by, milestones=[])
    answer = client.post(address, posted(old, ("调研改名", first.pk)))
    assert answer.status_code == 409
    (row,) = answer.context["work"].forms["milestones"].initial
    assert (row["title"], row["pk"]) == ("调研改名", None)
    assert not choice.milestones.exists()


def test_the_second_click_on_milestones_is_answered_as_the_first():
    choice, by = working.contracted(), working.member()
    for _click in range(2):
        set_milestones(choice, by=by, milestones=steps("调研"), seen="")
        assert choice.milestones.count() == 1
    first = choice.milestones.get()
    assert first.title == "调研"
    with pytest.raises(MilestonesChangedError):
        set_milestones(choice, by=by, milestones=steps("上线"), seen="")
    assert choice.milestones.get() == first
