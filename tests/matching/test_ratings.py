"""One rating a finished request: who may give, read, answer it, and what the public sees."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from providers.matching.lifecycle import MovedOnError
from providers.matching.models import Choice, MatchingTerms, MessageKind, Rating
from providers.matching.rating.ratings import invite_ratings, moderate, rate, reply_to
from providers.matching.templatetags.rating_facts import (
    AVERAGE_FROM,
    ratings_of_provider,
    ratings_of_solution,
)
from providers.matching.working.carrying_out import close_silent
from tests.matching import working
from tests.matching.asking import COMPANY, open_elsewhere
from tests.matching.working import fresh, member, told
from tests.pages import page_text, provider_of, signed_in

pytestmark = pytest.mark.usefixtures("demo_site")
TEXT = "上线很快，车间主任每天都用，报表如果能再简单一点就更好了。"
SECOND = "交付比约定早了三天，后续响应也及时，排产终于不用靠喊了。"


def days(number: int) -> timedelta:
    return timedelta(days=number)


def provider_page() -> str:
    return page_text(Client().get(provider_of("provider1").url))


def test_only_confirmed_work_is_rated_and_once():
    with pytest.raises(MovedOnError):
        rate(working.handed_over(), stars=4, text=TEXT)
    choice = working.confirmed(username="provider2")
    rating = rate(choice, stars=4, text=TEXT)
    assert rate(choice, stars=4, text=TEXT) == rating
    with pytest.raises(MovedOnError):
        rate(choice, stars=1, text=TEXT)
    assert Rating.objects.get().stars == 4


def test_what_closed_unconfirmed_is_neither_rated_nor_invited_to():
    choice = working.handed_over()
    for number in (30, 60):
        close_silent(choice.handed_over_at + days(number))
    assert fresh(choice).unconfirmed_at
    with pytest.raises(MovedOnError):
        rate(choice, stars=4, text=TEXT)
    assert invite_ratings(timezone.now() + days(365)) == 0


def test_the_invitation_comes_once_after_the_set_time():
    choice = working.confirmed()
    due = choice.accepted_at + days(MatchingTerms.current().rating_days)
    assert invite_ratings(due - timedelta(seconds=1)) == 0
    assert [invite_ratings(due), invite_ratings(due)] == [1, 0]
    assert told(choice, MessageKind.RATING_INVITED, "enterprise") == 1


def test_who_has_rated_is_not_invited():
    rate(working.confirmed(), stars=5, text="")
    assert invite_ratings(timezone.now() + days(60)) == 0


def test_nothing_is_public_before_the_office_has_read_it():
    rating = rate(working.confirmed(), stars=4, text=TEXT)
    assert TEXT not in provider_page()
    assert ratings_of_provider(provider_of("provider1")) is None
    moderate(rating, by=member("bureau"))
    assert TEXT in provider_page()
    assert told(rating.choice, MessageKind.RATED, "provider") == 1


def test_a_rating_without_words_waits_for_nobody():
    rate(working.confirmed(), stars=4, text="")
    assert ratings_of_provider(provider_of("provider1")).count == 1


def test_a_withheld_text_is_not_shown_and_its_stars_count():
    rating = rate(working.confirmed(), stars=2, text=TEXT)
    moderate(rating, by=member("bureau"), refusal="提到了其他企业")
    assert TEXT not in provider_page()
    said = ratings_of_provider(provider_of("provider1"))
    assert (said.count, said.texts) == (1, ())
    with pytest.raises(MovedOnError):
        moderate(rating, by=member("committee"))


@pytest.mark.parametrize(
    ("username", "status"), [("bureau", 302), ("committee", 302), ("lead", 404)]
)
def test_bureau_and_committee_read_and_the_lead_never_does(username, status):
    rating = rate(working.confirmed(), stars=4, text=TEXT)
    reference = rating.choice.request.reference
    form = {f"{reference}-decision": "publish"}
    client = signed_in(username)
    assert client.post(reverse("matching_rating", args=[reference]), form).status_code == status
    rating.refresh_from_db()
    assert bool(rating.moderated_at) == (status == 302)


def test_withholding_needs_a_reason():
    rating = rate(working.confirmed(), stars=4, text=TEXT)
    reference = rating.choice.request.reference
    answer = signed_in("bureau").post(
        reverse("matching_rating", args=[reference]), {f"{reference}-decision": "withhold"}
    )
    assert answer.status_code == 422
    rating.refresh_from_db()
    assert rating.moderated_at is None


def test_the_average_is_shown_from_five_ratings_on(settings):
    provider = provider_of("provider1")
    choices = [working.confirmed() for _number in range(AVERAGE_FROM)]
    for stars, choice in zip((5, 4, 4, 3, 5), choices, strict=True):
        assert getattr(ratings_of_provider(provider), "average", None) is None
        rate(choice, stars=stars, text="")
    assert ratings_of_provider(provider).average == Decimal("4.2")
    reader = Client()
    reader.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "4.2 of 5 stars" in reader.get(provider.url).content.decode()
    solution = choices[0].invitation.solutions.get()
    assert ratings_of_solution(solution).average is None


def test_the_solutions_page_shows_count_and_texts():
    rating = rate(working.confirmed(), stars=4, text=TEXT)
    moderate(rating, by=member("bureau"))
    solution = rating.choice.invitation.solutions.get()
    said = ratings_of_solution(solution)
    assert (said.count, said.texts) == (1, (rating,))
    assert TEXT in Client().get(solution.url).content.decode()


def test_public_texts_cost_a_constant_number_of_queries(django_assert_num_queries):
    provider = provider_of("provider1")

    def public(text: str) -> None:
        moderate(rate(working.confirmed(), stars=4, text=text), by=member("bureau"))

    def read() -> list[str]:
        said = ratings_of_provider(provider)
        return [str(each.choice.request.industry) for each in said.texts]

    public(TEXT)
    with django_assert_num_queries(2):
        assert len(read()) == 1
    public(SECOND)
    with django_assert_num_queries(2):
        assert len(read()) == 2


def test_the_provider_answers_once_what_was_read():
    rating = rate(working.confirmed(), stars=4, text=TEXT)
    with pytest.raises(MovedOnError):
        reply_to(rating, by=member(), text="谢谢认可。")
    moderate(rating, by=member("bureau"))
    client, address = signed_in("provider1"), working.work_address(rating.choice)
    named = {"deed": "reply", "reply-text": f"谢谢{COMPANY}的认可。"}
    assert client.post(address, named).status_code == 422
    client.post(address, {"deed": "reply", "reply-text": "谢谢认可，简版报表已在计划中。"})
    assert "谢谢认可，简版报表已在计划中。" in provider_page()
    assert told(rating.choice, MessageKind.RATING_REPLIED, "enterprise") == 1
    with pytest.raises(MovedOnError):
        reply_to(rating, by=member(), text="再补充一句。")


# -- the enterprise's form ----------------------------------------------------------------------


def send(choice: Choice, **fields) -> int:
    client = open_elsewhere(choice.request)
    address = reverse("request_work_rating", args=[choice.request.reference])
    return client.post(address, fields).status_code


@pytest.mark.parametrize(
    "fields",
    [
        {"stars": "0"},
        {"stars": "6"},
        {"stars": "\x00"},
        {"text": TEXT},
        {"stars": "5", "text": "很好"},
        {"stars": "5", "text": "好" * 1001},
        {"stars": "5", "text": TEXT + "电话 13911112222"},
        {"stars": "5", "text": TEXT + COMPANY},
    ],
)
def test_no_rating_without_stars_or_with_an_odd_text(fields):
    choice = working.confirmed()
    assert send(choice, **fields) == 422
    assert not Rating.objects.exists()


def test_the_enterprise_rates_on_its_page():
    choice = working.confirmed()
    assert send(choice, stars="5", text=TEXT) == 302
    assert Rating.objects.get().stars == 5


def test_ratings_move_no_order():
    """What the score is made of knows nothing of ratings."""
    from providers.matching.score import fit as score
    from providers.matching.score import offers

    for module in (offers, score):
        assert not [name for name in vars(module) if "rating" in name.lower()]
