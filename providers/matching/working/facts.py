"""Where the work of a request stands, as one of its two sides sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext as _

from catalog.reward.result import Result, estimate_for
from catalog.workdays import WorkCalendar
from providers.matching.models import (
    AcceptanceCriterion,
    AcceptanceDocument,
    Choice,
    Dispute,
    HandOver,
    Invitation,
    MatchingTerms,
    MatchRequest,
    Milestone,
    Rating,
    RequestState,
    Side,
)
from providers.matching.working.acceptance_documents import GIVES_DOCUMENTS_BACK, TAKES_DOCUMENTS
from providers.matching.working.carrying_out import closes_after, criteria_mark
from providers.matching.working.contracts import confirm_by
from providers.matching.working.disputes import MAX_DISPUTES

STATES = RequestState


@dataclass(frozen=True)
class DocumentLine:
    """One of the four documents with the files that were put to it, as far as the side sees."""

    kind: AcceptanceDocument.Kind
    files: tuple[AcceptanceDocument, ...]
    # Files of the other side that are there but not shown, since its consent is withdrawn.
    hidden: int


@dataclass(frozen=True)
class Work:
    """A choice with what its page shows; everything is read once, when it is first asked for."""

    choice: Choice
    side: Side

    @property
    def request(self) -> MatchRequest:
        return self.choice.request

    @property
    def invitation(self) -> Invitation:
        return self.choice.invitation

    @property
    def stage(self) -> RequestState:
        return self.choice.stage

    @cached_property
    def terms(self) -> MatchingTerms:
        return MatchingTerms.current()

    # -- contract -------------------------------------------------------------------------------

    @property
    def waits_for_contract(self) -> bool:
        return self.stage == STATES.CHOSEN

    @cached_property
    def confirm_by(self) -> datetime:
        return confirm_by(self.choice, WorkCalendar.current(), self.terms.confirm_days)

    # -- criteria and milestones ----------------------------------------------------------------

    @cached_property
    def criteria(self) -> list[AcceptanceCriterion]:
        return list(self.choice.criteria.all())

    @cached_property
    def mark(self) -> str:
        """Names the version of the criteria that is shown."""
        return criteria_mark(self.choice)

    @property
    def own_stamp(self) -> datetime | None:
        return self.stamps[self.side]

    @property
    def other_stamp(self) -> datetime | None:
        other = Side.PROVIDER if self.side == Side.ENTERPRISE else Side.ENTERPRISE
        return self.stamps[other]

    @property
    def stamps(self) -> dict[Side, datetime | None]:
        """When each side agreed to the criteria as they stand."""
        return {
            Side.ENTERPRISE: self.choice.enterprise_agreed_at,
            Side.PROVIDER: self.choice.provider_agreed_at,
        }

    @property
    def is_under_contract(self) -> bool:
        """Whether the provider works: criteria and milestones may change."""
        return self.stage == STATES.CONTRACTED

    @property
    def can_agree(self) -> bool:
        return self.is_under_contract and bool(self.criteria) and not self.own_stamp

    @cached_property
    def milestones(self) -> list[Milestone]:
        return list(self.choice.milestones.all())

    # -- hand-over ------------------------------------------------------------------------------

    @cached_property
    def hand_overs(self) -> list[HandOver]:
        return list(self.choice.hand_overs.all())

    @property
    def waiting(self) -> HandOver | None:
        """The hand-over that waits for the enterprise's answer."""
        if self.stage != STATES.HANDED_OVER:
            return None
        last = self.hand_overs[-1]
        return None if last.confirmed_at or last.refused_at else last

    @property
    def closes_at(self) -> datetime | None:
        """When a hand-over without an answer closes as unconfirmed."""
        return closes_after(self.choice, self.terms) if self.waiting else None

    # -- disputes -------------------------------------------------------------------------------

    @cached_property
    def disputes(self) -> list[Dispute]:
        return list(self.choice.disputes.all())

    @property
    def can_dispute(self) -> bool:
        return (
            self.stage in (STATES.CONTRACTED, STATES.HANDED_OVER)
            and len(self.disputes) < MAX_DISPUTES
        )

    @property
    def can_state_view(self) -> bool:
        dispute = next((row for row in self.disputes if not row.settled_at), None)
        return bool(dispute and dispute.opened_by != self.side and not dispute.stated_at)

    # -- documents ------------------------------------------------------------------------------

    @cached_property
    def document_lines(self) -> list[DocumentLine]:
        """The checklist of the plan, each document with its files."""
        files = list(self.choice.documents.all())
        seen = [file for file in files if may_see_document(self, file)]
        return [
            DocumentLine(
                kind,
                tuple(file for file in seen if file.kind == kind),
                sum(1 for file in files if file.kind == kind and file not in seen),
            )
            for kind in AcceptanceDocument.Kind
        ]

    @property
    def missing_documents(self) -> int:
        return sum(1 for line in self.document_lines if not line.files and not line.hidden)

    @property
    def takes_documents(self) -> bool:
        return self.stage in TAKES_DOCUMENTS and not self.request.erased_at

    @property
    def gives_documents_back(self) -> bool:
        return self.stage in GIVES_DOCUMENTS_BACK

    @cached_property
    def sees_identity(self) -> bool:
        """Whether the side may read what names the enterprise; the enterprise itself may."""
        return self.side == Side.ENTERPRISE or self.invitation.identity() is not None

    # -- reward ---------------------------------------------------------------------------------

    @cached_property
    def reward(self) -> Result | None:
        """The estimate by level reached or aimed at and the contracted price (domain 1.3).

        None without a contract, without a level, after an end without acceptance, or where the
        bureau hides the estimate.
        """
        choice = self.choice
        level = self.level_for_reward
        if level is None or choice.contracted_wan is None or self.is_lost:
            return None
        before = self.request.level
        return estimate_for(
            level, choice.contracted_wan, prior_level=before.level if before else None
        )

    @cached_property
    def level_for_reward(self) -> int | None:
        """The number of the level that was reached, else the highest that is aimed at."""
        if self.choice.level_reached:
            return self.choice.level_reached.level
        aims = self.invitation.solutions.values_list("level_to__level", flat=True)
        return max((level for level in aims if level is not None), default=None)

    @property
    def level_words(self) -> str:
        """Which level the estimate takes, in words."""
        if self.choice.level_reached:
            return _("level reached: %(level)s") % {"level": self.choice.level_reached.pk}
        return _("level aimed at: L%(level)s") % {"level": self.level_for_reward}

    # -- the end --------------------------------------------------------------------------------

    @property
    def is_confirmed(self) -> bool:
        return self.stage == STATES.CONFIRMED

    @property
    def is_lost(self) -> bool:
        """Whether it has ended without anybody's acceptance."""
        return self.stage in (STATES.UNCONFIRMED, STATES.ENDED)

    @cached_property
    def rating(self) -> Rating | None:
        return getattr(self.choice, "rating", None)

    @property
    def can_rate(self) -> bool:
        return self.is_confirmed and self.rating is None and not self.request.erased_at

    @property
    def can_reply(self) -> bool:
        rating = self.rating
        return bool(rating and rating.moderated_at and not rating.replied_at)


def may_see_document(work: Work, document: AcceptanceDocument) -> bool:
    """Own files always; the enterprise's own only as long as it lets the provider know it."""
    return document.side == work.side or work.sees_identity
