"""The three steps: nothing typed is lost, and nothing happens before "send"."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from providers.matching.asking import progress
from providers.matching.keys.access import RECEIPT_TIME
from providers.matching.models import Enterprise, MatchRequest, RequestDraft, RequestState
from providers.matching.score.offers import case_model
from tests.matching import asking

pytestmark = pytest.mark.usefixtures("demo_site")
STEPS = ("request_new", "request_whom", "request_contact")


def keys_by_provider(client: Client) -> dict[str, list[str]]:
    """The keys of all offers proposed, the best first."""
    found: dict[str, list[str]] = {}
    for proposal in client.get(reverse("request_whom")).context["proposals"].items:
        found.setdefault(proposal.provider_key, []).append(proposal.key)
    return found


def test_the_first_step_opens_and_writes_nothing(client):
    answer = client.get(reverse("request_new"))
    assert answer.status_code == 200
    assert "noindex" in answer["X-Robots-Tag"]
    assert "no-store" in answer["Cache-Control"]
    assert not RequestDraft.objects.exists()


def test_wrong_answers_are_kept_named_and_tied_to_their_field(client):
    answer = asking.need(client, headcount_band="", sentence="打 13900001234 找我")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "打 13900001234 找我" in page
    assert 'href="#id_headcount_band"' in page
    assert 'id="id_sentence_error"' in page
    again = client.get(reverse("request_new")).content.decode()
    assert "打 13900001234 找我" in again


def test_later_steps_send_back_to_what_is_missing(client):
    for step in STEPS[1:]:
        assert client.get(reverse(step)).url == reverse("request_new")
    asking.need(client)
    assert client.get(reverse("request_contact")).url.startswith(reverse("request_whom"))


def test_going_back_keeps_everything(client):
    asking.need(client)
    key = asking.offer_of("provider1")
    asking.whom(client, key, consent=(key,))
    asking.contact(client, phone="wrong")
    assert asking.NEED["sentence"] in client.get(reverse("request_new")).content.decode()
    whom = client.get(reverse("request_whom")).context["rows"]
    assert [row["proposal"].key for row in whom if row["is_chosen"]] == [key]
    assert asking.COMPANY in client.get(reverse("request_contact")).content.decode()


def test_a_draft_is_resumed_elsewhere_without_its_contact_data(client):
    asking.need(client)
    asking.whom(client, asking.offer_of("provider1"))
    asking.contact(client, phone="wrong")
    link = client.get(reverse("request_new")).context["resume_url"]
    other = Client()
    assert other.get(link)["Referrer-Policy"] == "no-referrer"
    assert asking.NEED["sentence"] in other.get(reverse("request_new")).content.decode()
    assert asking.COMPANY not in other.get(reverse("request_contact")).content.decode()


def test_start_afresh_forgets_the_draft(client):
    asking.need(client)
    assert client.get(reverse("request_discard")).status_code == 405
    client.post(reverse("request_discard"))
    assert not RequestDraft.objects.exists()
    assert asking.NEED["sentence"] not in client.get(reverse("request_new")).content.decode()


def test_consent_is_never_filled_in(client):
    key = asking.offer_of("provider1")
    client.post(reverse("request_new") + f"?solution={key}", asking.NEED)
    rows = client.get(reverse("request_whom")).context["rows"]
    assert [row["proposal"].key for row in rows if row["is_chosen"]] == [key]
    assert not any(row["is_consented"] for row in rows)


@pytest.mark.parametrize(
    ("chosen", "consent", "expected"), [(0, 0, 422), (1, 0, 302), (3, 3, 302), (4, 0, 422)]
)
def test_one_to_three_are_chosen(client, chosen, consent, expected):
    asking.need(client)
    keys = [keys[0] for keys in keys_by_provider(client).values()]
    answer = asking.whom(client, *keys[:chosen], consent=tuple(keys[:consent]))
    assert answer.status_code == expected


def test_consent_without_choice_is_asked_about(client):
    asking.need(client)
    keys = [keys[0] for keys in keys_by_provider(client).values()]
    assert asking.whom(client, keys[0], consent=(keys[1],)).status_code == 422


def test_proposals_show_the_order_they_are_sorted_by(client):
    asking.need(client)
    answer = client.get(reverse("request_whom") + "?all=1")
    totals = [row["proposal"].total for row in answer.context["rows"]]
    assert totals == sorted(totals, reverse=True)
    assert len(totals) == len(answer.context["proposals"].items)


def test_each_consent_names_recipient_and_contact(client):
    asking.need(client)
    page = client.get(reverse("request_whom") + "?all=1").content.decode()
    for proposal in client.get(reverse("request_whom")).context["proposals"].items:
        assert proposal.provider.legal_name in page


@pytest.mark.parametrize("kind", ["diagnosis", "training", "policy"])
def test_services_are_offered_by_the_providers_that_have_them(client, kind):
    asking.need(client, kind=kind)
    items = client.get(reverse("request_whom")).context["proposals"].items
    assert all(proposal.solution is None for proposal in items)
    for proposal in items:
        assert proposal.provider.service_categories.filter(pk=kind).exists()


def test_sent_once_by_a_double_click(client):
    request = asking.ask(client, asking.offer_of("provider1"))
    again = asking.contact(client)
    assert again.url == reverse("request_done", args=[request.reference])
    assert MatchRequest.objects.count() == 1


def test_of_two_clicks_at_once_the_second_finds_the_first(client, monkeypatch):
    """The second was let in before the first had finished."""
    asking.need(client)
    asking.whom(client, asking.offer_of("provider1"))
    before = asking.draft_of(client)
    first = asking.contact(client)
    monkeypatch.setattr(progress, "current_draft", lambda request: before)
    second = asking.contact(client)
    assert second.url == first.url
    assert MatchRequest.objects.count() == 1
    assert RequestDraft.objects.get().steps == {}


def test_a_session_that_lost_what_it_noted_still_gets_the_receipt(client):
    """Two answers to one session: the later one writes back what it read at its beginning."""
    asking.need(client)
    asking.whom(client, asking.offer_of("provider1"))
    noted = dict(client.session)

    def lose() -> None:
        session = client.session
        session.clear()
        session.update(noted)
        session.save()

    done = asking.contact(client).url
    request = MatchRequest.objects.get()
    for address in (done, reverse("request_page", args=[request.reference])):
        lose()
        assert client.get(address).status_code == 200
    lose()
    assert client.get(reverse("request_contact")).url == done
    lose()
    assert asking.contact(client).url == done
    assert f"{request.access_code[:4]} " in client.get(done).content.decode()
    MatchRequest.objects.update(submitted_at=timezone.now() - RECEIPT_TIME)
    lose()
    assert client.get(done).status_code == 404


def test_a_browser_that_only_resumed_the_draft_gets_no_receipt(client, monkeypatch):
    asking.need(client)
    asking.whom(client, asking.offer_of("provider1"))
    other = Client()
    other.get(client.get(reverse("request_new")).context["resume_url"])
    before = asking.draft_of(other)
    done = asking.contact(client).url
    assert other.get(done).status_code == 404
    assert other.get(reverse("request_contact")).url == reverse("request_new")
    monkeypatch.setattr(progress, "current_draft", lambda request: before)
    assert asking.contact(other).status_code == 409
    assert other.get(done).status_code == 404


def test_a_link_asks_before_it_takes_the_place_of_another_draft(client):
    asking.need(client, sentence="别处的草稿。")
    link = client.get(reverse("request_new")).context["resume_url"]
    here = Client()
    asking.need(here, sentence="这里的草稿。")
    own_link = here.get(reverse("request_new")).context["resume_url"]
    assert here.get(own_link).url == reverse("request_new")
    answer = here.get(link)
    assert answer.url == reverse("request_choose_draft")
    assert "这里的草稿。" in here.get(reverse("request_new")).content.decode()
    assert own_link in here.get(answer.url).content.decode()
    assert "这里的草稿。" in here.get(reverse("request_new")).content.decode()
    assert here.post(answer.url).url == reverse("request_new")
    assert "别处的草稿。" in here.get(reverse("request_new")).content.decode()
    assert here.get(answer.url).url == reverse("request_new")
    assert RequestDraft.objects.count() == 2


@pytest.mark.parametrize(("days", "status"), [(0, 302), (365, 302), (366, 422), (2_000_000, 422)])
def test_a_start_lies_within_a_year(client, days, status):
    day = timezone.localdate() + timedelta(days=days)
    assert asking.need(client, start_on=day.isoformat()).status_code == status


def test_a_companys_name_is_kept_as_typed(client):
    key = asking.offer_of("provider1")
    request = asking.ask(client, key, company="演示五金（赣州）　有限公司")
    assert request.company == "演示五金（赣州） 有限公司"


def test_the_sender_gets_reference_link_and_code(client):
    request = asking.ask(client, asking.offer_of("provider1"))
    page = client.get(reverse("request_done", args=[request.reference])).content.decode()
    code = request.access_code
    assert request.reference in page
    assert reverse("request_link", args=[request.token]) in page
    assert f"{code[:4]} {code[4:]}" in page
    assert Client().get(reverse("request_done", args=[request.reference])).status_code == 404


def test_the_database_holds_no_key_in_plain(client):
    request = asking.ask(client, asking.offer_of("provider1"))
    stored = MatchRequest.objects.filter(pk=request.pk).values().get()
    kept = repr(stored) + repr(dict(client.session))
    assert request.token not in kept
    assert request.access_code not in kept


def test_advice_of_the_centre_needs_no_choice(client):
    asking.need(client)
    assert asking.whom(client, route="centre").status_code == 302
    assert asking.contact(client).status_code == 302
    request = MatchRequest.objects.get()
    assert request.wants_advice
    assert not request.invitations.exists()


def test_the_roster_is_matched_silently(client):
    entry = Enterprise.objects.first()
    request = asking.ask(client, asking.offer_of("provider1"), uscc=entry.uscc.lower())
    assert request.roster_entry == entry
    page = client.get(reverse("request_page", args=[request.reference])).content.decode()
    assert entry.name not in page


def test_two_solutions_of_one_provider_make_one_invitation(client):
    asking.need(client)
    keys = next(keys for keys in keys_by_provider(client).values() if len(keys) > 1)[:2]
    request = asking.ask(Client(), *keys)
    assert request.invitations.get().solutions.count() == 2


def test_prefill_from_case_and_empty_search(client):
    case = case_model().objects.listed().exclude(pain_points=None).first()
    form = client.get(reverse("request_new") + f"?case={case.slug}").context["form"]
    assert case.title in form["sentence"].value()
    assert form["pain_points"].value()
    form = client.get(
        reverse("request_new") + "?q=区块链染缸&scenario=QUAL&scenario=nonsense&industry=steel"
    ).context["form"]
    assert form["sentence"].value() == "区块链染缸"
    assert form["scenarios"].value() == ["QUAL"]
    assert form["industry"].value() == "steel"


@pytest.mark.parametrize(
    "query",
    [
        "?solution=%00&provider=%00&case=%00&q=%00&scenario=%00&industry=%00",
        "?solution=../../etc&provider=" + "a" * 5000,
        "?q=" + "长" * 3000,
        "?scenario=" + "&scenario=".join("x" * 50 for _each in range(90)),
    ],
)
def test_odd_addresses_open_the_empty_form(client, query):
    assert client.get(reverse("request_new") + query).status_code == 200


@pytest.mark.parametrize("value", ["\x00", "x" * 200_000, "😀" * 400, "<script>", "99999999999"])
def test_odd_input_gets_an_answer(client, value):
    everything = dict.fromkeys(asking.NEED, value)
    assert client.post(reverse("request_new"), everything).status_code == 422
    asking.need(client)
    assert asking.whom(client, value, consent=(value,), route=value).status_code == 422
    asking.whom(client, asking.offer_of("provider1"))
    everything = dict.fromkeys(asking.CONTACT, value)
    assert client.post(reverse("request_contact"), everything).status_code == 422
    assert not MatchRequest.objects.exists()


def test_an_e_mail_address_longer_than_what_is_stored_is_refused(client):
    asking.need(client)
    asking.whom(client, asking.offer_of("provider1"))
    answer = asking.contact(client, email="a" * 250 + "@example.com")
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"email"}


def test_editing_in_the_grace_period_keeps_reference_and_keys(client):
    key = asking.offer_of("provider1")
    request = asking.ask(client, key, consent=(key,))
    token = request.token
    client.post(reverse("request_edit", args=[request.reference]))
    request.refresh_from_db()
    assert request.state() == RequestState.DRAFT
    page = client.get(reverse("request_new"))
    assert page.context["form"]["sentence"].value() == asking.NEED["sentence"]
    asking.need(client, sentence="改过的话。")
    asking.whom(client, asking.offer_of("provider2"))
    asking.contact(client)
    changed = MatchRequest.objects.get()
    assert (changed.reference, changed.token) == (request.reference, token)
    assert changed.sentence == "改过的话。"
    assert changed.state() == RequestState.SUBMITTED
    assert not changed.consents.live().exclude(recipient=None).exists()


def test_an_edited_request_cannot_be_sent_after_it_was_withdrawn(client):
    request = asking.ask(client, asking.offer_of("provider1"))
    client.post(reverse("request_edit", args=[request.reference]))
    asking.need(client)
    asking.whom(client, asking.offer_of("provider1"))
    client.post(reverse("request_withdraw", args=[request.reference]))
    assert asking.contact(client).status_code == 409
    request.refresh_from_db()
    assert request.state() == RequestState.WITHDRAWN
