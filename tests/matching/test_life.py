"""Everybody acts at random on one request, in turn and out of turn; its rules hold throughout."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as given
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from providers.matching.advising.helping import agree_to_help, finish_help, offer_help, refuse_help
from providers.matching.advising.proposing import Pick, propose, refuse_proposals, take_proposals
from providers.matching.answering.answers import decline, say_interested, withdraw_reply
from providers.matching.answering.questions import answer_question, ask_question
from providers.matching.choosing.deciding import (
    ConsentNeededError,
    cancel_request,
    choose_provider,
    fall_through,
    none_suitable,
)
from providers.matching.choosing.widening import ask_for_advice, proposals_left, widen
from providers.matching.keys.renewal import renew_keys
from providers.matching.lifecycle import (
    MovedOnError,
    give_consent,
    send_now,
    withdraw_consent,
    withdraw_request,
)
from providers.matching.models import (
    END_STATES,
    CancelReason,
    Choice,
    DeclineReason,
    Dispute,
    EventKind,
    FallReason,
    Invitation,
    InvitationState,
    MatchRequest,
    Message,
    MessageKind,
    Rating,
    RequestState,
    ScoreObjection,
    Side,
    Turn,
)
from providers.matching.oversight.verifying import verify_company, verify_phone
from providers.matching.personal_data.retention import erase_on_demand
from providers.matching.rating import ratings
from providers.matching.score.objections import answer_objection, contest_score
from providers.matching.score.offers import proposals_of
from providers.matching.telling import reminders
from providers.matching.working import carrying_out as work
from providers.matching.working import contracts, disputes
from tests.matching import asking, replying

pytestmark = pytest.mark.usefixtures("demo_site")
WORDS = "演示文字，共二十个字以上，足够写下一段评价。"
PLACES = given.integers(0, 1)
SIDES = given.sampled_from([Side.ENTERPRISE, Side.PROVIDER])
# Kinds of messages that the history notes under the same name; whom a request was sent to first is
# noted as one event for all.
NOTED_TOO = frozenset(MessageKind.values) & frozenset(EventKind.values) - {EventKind.INVITED}
# What cannot happen a second time to one invitation or request.
ONCE = (
    MessageKind.REQUEST_SUBMITTED,
    MessageKind.INVITED,
    MessageKind.NOBODY_ANSWERED,
    MessageKind.REQUEST_WITHDRAWN,
    MessageKind.REQUEST_ENDED,
    MessageKind.CLOSED_UNCONFIRMED,
    MessageKind.HAND_OVER_CONFIRMED,
    MessageKind.RATED,
    MessageKind.RATING_REPLIED,
    MessageKind.OBJECTION_ANSWERED,
    MessageKind.DATA_ERASED,
)
# What an act says when it comes too late; nothing else may come out of one.
REFUSALS = (MovedOnError, ConsentNeededError)


def newest(request: int) -> int:
    return max(Message.objects.filter(request=request).values_list("pk", flat=True), default=0)


class Life(RuleBasedStateMachine):
    """One request with two providers asked, and everybody who may do something about it."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = pytest.MonkeyPatch()
        self.real, self.ahead = timezone.now, timedelta()
        self.clock.setattr(timezone, "now", lambda: self.real() + self.ahead)
        self.undone = transaction.atomic()
        self.undone.__enter__()
        keys = replying.offers(2)
        request = asking.ask(replying.Client(), *keys, consent=tuple(keys[:1]))
        self.pk = request.pk
        self.member, self.bureau = replying.user("provider1"), replying.user("bureau")
        self.lead = replying.user("lead")
        self.over: RequestState | None = None

    @initialize(stage=given.sampled_from(range(6)))
    def begins(self, stage: int) -> None:
        """How far it has come before anybody acts at random, so that late stages are met too."""
        steps: tuple[Callable[[], object], ...] = (
            lambda: send_now(self.request),
            self.replied,
            lambda: choose_provider(self.request, self.invitation(0), consents=True),
            lambda: contracts.confirm_contract(
                self.choice(), by=self.member, contracted_wan=Decimal("3.5")
            ),
            self.handed_over,
        )
        for step in steps[:stage]:
            step()

    def replied(self) -> None:
        day = timezone.localdate() + timedelta(days=2)
        say_interested(self.invitation(0), by=self.member, visit_on=day, message=WORDS)
        replying.send(self.invitation(0))

    def handed_over(self) -> None:
        work.set_criteria(self.choice(), side=Side.PROVIDER, lines=[WORDS])
        work.agree_criteria(self.choice(), side=Side.ENTERPRISE)
        work.hand_over(self.choice(), by=self.member, message=WORDS)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)
        self.clock.undo()

    # -- how an act is tried --------------------------------------------------------------------

    @property
    def request(self) -> MatchRequest:
        return MatchRequest.objects.get(pk=self.pk)

    def invitation(self, place: int) -> Invitation:
        return self.request.invitations.order_by("pk")[place]

    def choice(self) -> Choice | None:
        return self.request.choices.order_by("pk").last()

    def written(self) -> tuple:
        """What a refused act must leave as it is."""
        request = self.request
        return (
            request.state(),
            request.events.count(),
            request.messages.count(),
            request.consents.live().count(),
            [row.state() for row in request.invitations.order_by("pk")],
        )

    def tried(self, act: Callable[[], object]) -> None:
        before, last = self.written(), newest(self.pk)
        try:
            with transaction.atomic():
                act()
        except REFUSALS:
            assert self.written() == before
        said = Message.objects.filter(request=self.pk, pk__gt=last)
        told = Counter(said.values_list("kind", "audience", "user", "invitation"))
        assert not [what for what, times in told.items() if times > 1]

    def on_choice(self, act: Callable[[Choice], object]) -> None:
        if choice := self.choice():
            self.tried(lambda: act(choice))

    # -- the enterprise -------------------------------------------------------------------------

    @rule()
    def sends(self) -> None:
        self.tried(lambda: send_now(self.request))

    @rule()
    def withdraws(self) -> None:
        self.tried(lambda: withdraw_request(self.request))

    @rule(place=PLACES)
    def consents(self, place: int) -> None:
        self.tried(lambda: give_consent(self.request, self.invitation(place)))

    @rule(place=PLACES)
    def takes_consent_back(self, place: int) -> None:
        self.tried(lambda: withdraw_consent(self.request, self.invitation(place)))

    @rule(place=PLACES, consents=given.booleans())
    def chooses(self, place: int, consents: bool) -> None:
        asked = self.invitation(place)
        self.tried(lambda: choose_provider(self.request, asked, reason=WORDS, consents=consents))

    @rule()
    def finds_none_suitable(self) -> None:
        self.tried(lambda: none_suitable(self.request, note_text=WORDS))

    @rule(reason=given.sampled_from(CancelReason.values))
    def cancels(self, reason: str) -> None:
        self.tried(lambda: cancel_request(self.request, reason=reason))

    @rule(reason=given.sampled_from(FallReason.values), side=SIDES)
    def lets_fall(self, reason: str, side: Side) -> None:
        self.on_choice(lambda row: fall_through(row, side=side, reason=reason, note_text=WORDS))

    @rule(known=given.booleans())
    def asks_another(self, known: bool) -> None:
        found = proposals_left(self.request).items[:1]
        keys = {row.provider_key for row in found} if known else set()
        self.tried(lambda: widen(self.request, found, keys))

    @rule()
    def answers_a_question(self) -> None:
        for row in self.request.invitations.all():
            for question in row.questions.all():
                self.tried(
                    lambda question=question: answer_question(self.request, question, text=WORDS)
                )

    @rule()
    def wants_advice(self) -> None:
        self.tried(lambda: ask_for_advice(self.request))

    @rule(takes=given.booleans(), consents=given.booleans())
    def answers_the_centre(self, takes: bool, consents: bool) -> None:
        keys = list(self.request.advice.values_list("pk", flat=True))
        if takes:
            self.tried(lambda: take_proposals(self.request, dict.fromkeys(keys, consents)))
        else:
            self.tried(lambda: refuse_proposals(self.request, keys))

    @rule(agrees=given.booleans())
    def answers_an_offer_of_help(self, agrees: bool) -> None:
        if offer := self.request.interventions.last():
            self.tried(lambda: (agree_to_help if agrees else refuse_help)(offer))

    @rule()
    def confirms_the_work(self) -> None:
        self.on_choice(work.confirm_work)

    @rule()
    def refuses_the_work(self) -> None:
        self.on_choice(lambda row: work.refuse_work(row, refusal=WORDS))

    @rule(stars=given.integers(1, 5))
    def rates(self, stars: int) -> None:
        self.on_choice(lambda row: ratings.rate(row, stars=stars, text=WORDS))

    @rule(side=given.sampled_from([Side.ENTERPRISE, Side.BUREAU]))
    def has_its_keys_renewed(self, side: Side) -> None:
        by = self.bureau if side == Side.BUREAU else None
        self.tried(lambda: renew_keys(self.request, side=side, by=by))

    @rule()
    def has_its_data_erased(self) -> None:
        self.tried(lambda: erase_on_demand(self.request))

    # -- the providers --------------------------------------------------------------------------

    @rule(place=PLACES)
    def is_interested(self, place: int) -> None:
        day = timezone.localdate() + timedelta(days=2)
        asked = self.invitation(place)
        self.tried(lambda: say_interested(asked, by=self.member, visit_on=day, message=WORDS))

    @rule(place=PLACES, reason=given.sampled_from(DeclineReason.values))
    def declines(self, place: int, reason: str) -> None:
        asked = self.invitation(place)
        self.tried(lambda: decline(asked, by=self.member, reason=reason, message=WORDS))

    @rule(place=PLACES, holds_price=given.booleans())
    def quotes(self, place: int, holds_price: bool) -> None:
        asked = self.invitation(place)
        self.tried(lambda: replying.send(asked, holds_price=holds_price))

    @rule(place=PLACES)
    def withdraws_its_reply(self, place: int) -> None:
        asked = self.invitation(place)
        self.tried(lambda: withdraw_reply(asked, by=self.member, reason=WORDS))

    @rule(place=PLACES)
    def asks_a_question(self, place: int) -> None:
        asked = self.invitation(place)
        self.tried(lambda: ask_question(asked, by=self.member, text=WORDS))

    @rule(place=PLACES, text=given.sampled_from([WORDS, WORDS[::-1]]))
    def contests_its_score(self, place: int, text: str) -> None:
        asked = self.invitation(place)
        if asked.score_lines:
            criterion = asked.score_lines[0]["criterion"]
            self.tried(lambda: contest_score(asked, by=self.member, criterion=criterion, text=text))

    @rule(number=given.integers(1, 2), is_reached=given.booleans())
    def plans_the_steps(self, number: int, is_reached: bool) -> None:
        day = timezone.localdate() + timedelta(days=7)
        steps = [
            work.PlannedStep(f"步骤{step}", day, is_reached=is_reached) for step in range(number)
        ]
        self.on_choice(lambda row: work.set_milestones(row, by=self.member, milestones=steps))

    @rule(text=given.sampled_from([WORDS, WORDS[::-1]]))
    def answers_its_rating(self, text: str) -> None:
        self.on_rating(lambda row: ratings.reply_to(row, by=self.member, text=text))

    @rule()
    def confirms_the_contract(self) -> None:
        price = Decimal("3.5")
        self.on_choice(
            lambda row: contracts.confirm_contract(row, by=self.member, contracted_wan=price)
        )

    @rule(side=SIDES, number=given.integers(1, 3))
    def writes_criteria(self, side: Side, number: int) -> None:
        lines = [f"标准{line}" for line in range(number)]
        self.on_choice(lambda row: work.set_criteria(row, side=side, lines=lines))

    @rule(side=SIDES)
    def agrees_to_criteria(self, side: Side) -> None:
        self.on_choice(lambda row: work.agree_criteria(row, side=side))

    @rule()
    def hands_over(self) -> None:
        self.on_choice(lambda row: work.hand_over(row, by=self.member, message=WORDS))

    # -- both, and the office -------------------------------------------------------------------

    @rule(side=SIDES)
    def opens_a_dispute(self, side: Side) -> None:
        self.on_choice(lambda row: disputes.open_dispute(row, side=side, text=WORDS))

    @rule(side=SIDES)
    def says_how_it_sees_it(self, side: Side) -> None:
        self.on_dispute(lambda row: disputes.state_view(row, side=side, text=WORDS))

    @rule()
    def the_lead_recommends(self) -> None:
        self.on_dispute(lambda row: disputes.recommend(row, by=self.lead, text=WORDS))

    @rule(outcome=given.sampled_from(Dispute.Outcome.values))
    def the_bureau_settles(self, outcome: str) -> None:
        self.on_dispute(
            lambda row: disputes.settle_dispute(
                row, by=self.bureau, outcome=outcome, decision=WORDS
            )
        )

    def on_dispute(self, act: Callable[[Dispute], object]) -> None:
        choice = self.choice()
        dispute = choice and choice.disputes.last()
        if dispute:
            self.tried(lambda: act(dispute))

    def on_rating(self, act: Callable[[Rating], object]) -> None:
        for rating in Rating.objects.filter(choice__request=self.pk):
            self.tried(lambda rating=rating: act(rating))

    @rule(refusal=given.sampled_from(["", WORDS]))
    def the_bureau_reads_the_rating(self, refusal: str) -> None:
        self.on_rating(lambda row: ratings.moderate(row, by=self.bureau, refusal=refusal))

    @rule(outcome=given.sampled_from(ScoreObjection.Outcome.values))
    def the_bureau_answers_objections(self, outcome: str) -> None:
        for row in ScoreObjection.objects.filter(invitation__request=self.pk):
            self.tried(
                lambda row=row: answer_objection(row, by=self.bureau, outcome=outcome, answer=WORDS)
            )

    @rule()
    def the_centre_proposes(self) -> None:
        asked = set(self.request.invitations.values_list("provider", flat=True))
        left = [row for row in proposals_of(self.request).items if row.provider.pk not in asked]
        picks = [Pick(row.provider, WORDS, row.solution) for row in left[:1]]
        self.tried(lambda: propose(self.request, picks, by=self.bureau))

    @rule()
    def the_office_offers_help(self) -> None:
        self.tried(lambda: offer_help(self.request, by=self.bureau, kind="call", text=WORDS))

    @rule()
    def the_office_helps(self) -> None:
        if offer := self.request.interventions.last():
            self.tried(lambda: finish_help(offer, by=self.bureau, result=WORDS))

    @rule()
    def the_centre_verifies(self) -> None:
        self.tried(lambda: verify_phone(self.request, by=self.bureau))
        self.tried(lambda: verify_company(self.request, by=self.bureau))

    @rule(days=given.sampled_from([1, 4, 12, 40]))
    def time_passes(self, days: int) -> None:
        self.ahead += timedelta(days=days)
        now = timezone.now()
        jobs = (
            reminders.remind_to_answer,
            reminders.remind_of_quotes,
            reminders.tell_unanswered,
            contracts.remind_to_confirm,
            work.close_silent,
            ratings.invite_ratings,
        )
        for job in jobs:
            job(now)
        told = self.request.messages.count()
        for job in jobs:
            job(now)
        assert self.request.messages.count() == told

    # -- what always holds ----------------------------------------------------------------------

    @invariant()
    def one_choice_at_most_stands(self) -> None:
        assert Choice.objects.active().filter(request=self.pk).count() <= 1

    @invariant()
    def nobody_sees_who_asks_without_consent(self) -> None:
        for row in self.request.invitations.all():
            consented = row.request.consents.live().filter(recipient=row.provider).exists()
            assert row.identity() is None or consented

    @invariant()
    def no_way_leads_out_of_an_end(self) -> None:
        state = self.request.state()
        assert self.over in (None, state)
        if state in END_STATES:
            self.over = state

    @invariant()
    def rows_and_queries_agree(self) -> None:
        request = self.request
        turns = [turn for turn in Turn if MatchRequest.objects.whose_turn(turn).filter(pk=self.pk)]
        assert turns == ([request.turn()] if request.turn() else [])
        for row in request.invitations.all():
            states = [
                state
                for state in InvitationState
                if Invitation.objects.in_state(state).filter(pk=row.pk).exists()
            ]
            assert states == [row.state()]

    @invariant()
    def nobody_is_told_more_often_than_it_happened(self) -> None:
        happened = Counter(self.request.events.values_list("kind", flat=True))
        told = Counter(
            Message.objects.filter(request=self.pk, kind__in=NOTED_TOO).values_list(
                "kind", "audience", "user", "invitation"
            )
        )
        assert not [what for what, times in told.items() if times > happened[what[0]]]

    @invariant()
    def what_happens_once_is_told_once(self) -> None:
        told = Counter(
            Message.objects.filter(request=self.pk, kind__in=ONCE).values_list(
                "kind", "audience", "user", "invitation"
            )
        )
        assert not [what for what, times in told.items() if times > 1]

    @invariant()
    def each_choice_is_told_once(self) -> None:
        chosen = Counter(
            Choice.objects.filter(request=self.pk).values_list("invitation", flat=True)
        )
        told = Counter(
            Message.objects.filter(request=self.pk, kind=MessageKind.CHOSEN).values_list(
                "invitation", "user"
            )
        )
        assert all(count == chosen[asked] for (asked, _user), count in told.items())

    @invariant()
    def unconfirmed_work_is_not_accepted(self) -> None:
        for row in Choice.objects.filter(request=self.pk):
            assert not (row.unconfirmed_at and row.accepted_at)

    @invariant()
    def erased_is_erased(self) -> None:
        request = self.request
        if request.erased_at:
            assert not request.company
            assert not request.phone
            assert not request.consents.live().exists()


def test_whatever_everybody_does_the_rules_hold():
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=12,
            stateful_step_count=30,
            suppress_health_check=list(HealthCheck),
        ),
    )
