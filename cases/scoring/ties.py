"""Who has a tie to a case, and therefore never scores it (design: Cases).

Ties are computed from what the site knows (teams, authors, the lead provider's organisation) and
from what reviewers and the bureau declare. They are asked again whenever points are entered.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.translation import gettext as _
from wagtail.models import Revision

from cases.models import (
    CasePage,
    CaseProvider,
    CaseSolution,
    DeclaredTies,
    Nomination,
    OutsideExpert,
    ScoringRound,
)
from catalog.models import SolutionPage
from providers.models import ProviderPage
from providers.review.recusal import (
    involved_in,
    lead_groups,
    lead_organisation,
    providers_above,
    teams_of,
)


def ties_of(user: AbstractBaseUser, case: CasePage) -> list[str]:
    """Every tie of the account to the case as a sentence; empty where there is none."""
    return ties_of_all([user], case)[user.pk]


def ties_of_all(users: Iterable[AbstractBaseUser], case: CasePage) -> dict[int, list[str]]:
    """The same for many accounts in a fixed number of queries, by their ids."""
    users = list(users)
    parties = Parties.of(case)
    known = Known.of({user.pk for user in users})
    return {user.pk: sentences(user.pk, parties, known) for user in users}


def same_name(text: str) -> str:
    """One form for a name however it is typed: full-width signs, spaces and case do not count."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


@dataclass(frozen=True)
class Parties:
    """Everybody who has a part in a case.

    ``providers`` are titles by id; ``names`` are written names by their common form, of those that
    are not listed too; ``authors`` and ``nominators`` are ids of accounts.
    """

    providers: dict[int, str]
    enterprises: dict[int, str]
    names: dict[str, str]
    authors: frozenset[int]
    nominators: frozenset[int]

    @classmethod
    def of(cls, case: CasePage) -> Parties:
        """As the page stands, and as every version says that was or may be scored."""
        versions = versions_of(case)
        authors, nominators = people_behind(case)
        ids = {above.pk for above in providers_above([case]).values()}
        ids |= involved_in({case.pk})[case.pk] | providers_in(versions)
        ids = ids.union(*teams_of(authors | nominators).values())
        put_forward = Nomination.objects.filter(case=case.pk, provider__isnull=False)
        ids |= set(put_forward.values_list("provider", flat=True))
        providers = ProviderPage.objects.filter(pk__in=ids).values_list("pk", "title", "legal_name")
        names = [*written_names(case, versions)]
        for _pk, title, legal_name in providers:
            names += [title, legal_name]
        enterprises = {case.enterprise_id: case.enterprise.name} if case.enterprise else {}
        names += enterprises.values()
        return cls(
            providers={pk: title for pk, title, _legal_name in providers},
            enterprises=enterprises,
            names={same_name(name): name for name in names if name},
            authors=frozenset(authors),
            nominators=frozenset(nominators),
        )


@dataclass(frozen=True)
class Known:
    """What the site knows of some accounts, by their ids."""

    teams: dict[int, set[int]]
    of_lead: frozenset[int]
    declared: dict[int, DeclaredTies]
    organisations: dict[int, str]

    @classmethod
    def of(cls, users: Collection[int]) -> Known:
        teams = teams_of(users)
        lead = set(lead_organisation().values_list("pk", flat=True))
        reviewing = lead_groups().filter(user__in=users).values_list("user", flat=True)
        declared = DeclaredTies.objects.filter(user__in=users)
        experts = OutsideExpert.objects.filter(user__in=users)
        return cls(
            teams=teams,
            of_lead=frozenset({user for user in users if teams[user] & lead} | set(reviewing)),
            declared={
                row.user_id: row for row in declared.prefetch_related("providers", "enterprises")
            },
            organisations=dict(experts.values_list("user_id", "organisation")),
        )


def sentences(user: int, parties: Parties, known: Known) -> list[str]:
    """What ties the account to the parties, each tie once."""
    found = [
        _("Works for “%(name)s”, which has a part in this case.") % {"name": title}
        for pk, title in parties.providers.items()
        if pk in known.teams[user]
    ]
    if user in known.of_lead:
        found.append(_("Belongs to the lead provider's organisation, which never scores cases."))
    if user in parties.authors:
        found.append(_("Has written at this case."))
    if user in parties.nominators:
        found.append(_("Has nominated this case."))
    employer = known.organisations.get(user, "")
    if same_name(employer) in parties.names:
        found.append(_("Works for “%(name)s”, which has a part in this case.") % {"name": employer})
    found += [
        _("Has declared a tie to “%(name)s”.") % {"name": name}
        for name in declared_names(known.declared.get(user), parties)
    ]
    return list(dict.fromkeys(found))


def declared_names(declared: DeclaredTies | None, parties: Parties) -> list[str]:
    """Which of the parties an account has declared a tie to."""
    if declared is None:
        return []
    found = [row.title for row in declared.providers.all() if row.pk in parties.providers]
    found += [
        row.name
        for row in declared.enterprises.all()
        if row.pk in parties.enterprises or same_name(row.name) in parties.names
    ]
    found += [
        line.strip()
        for line in declared.organisations.splitlines()
        if line.strip() and same_name(line) in parties.names
    ]
    return found


# -- the parties ----------------------------------------------------------------------------------


def versions_of(case: CasePage) -> list[dict]:
    """What the latest version and every scored one say."""
    scored = ScoringRound.objects.filter(case=case.pk).values("revision")
    latest = case.get_latest_revision()
    revisions = list(Revision.objects.filter(pk__in=scored))
    if latest is not None:
        revisions.append(latest)
    return [revision.content for revision in revisions]


def providers_in(versions: Iterable[dict]) -> set[int]:
    """Ids of the providers that versions name, or whose solutions they used."""
    rows: dict[str, list[dict]] = defaultdict(list)
    for content in versions:
        for relation in ("used_providers", "used_solutions"):
            rows[relation] += content.get(relation) or []
    named = {row["provider"] for row in rows["used_providers"] if row.get("provider")}
    used = {row["solution"] for row in rows["used_solutions"] if row.get("solution")}
    solutions = SolutionPage.objects.filter(pk__in=used)
    return named | {above.pk for above in providers_above(solutions).values()}


def written_names(case: CasePage, versions: Iterable[dict]) -> list[str]:
    """Names of the enterprise and of whoever is named as text, on the page and in its versions."""
    found = [case.enterprise_name]
    found += CaseProvider.objects.filter(case=case.pk).values_list("text", flat=True)
    found += CaseSolution.objects.filter(case=case.pk).values_list("text", flat=True)
    for content in versions:
        found.append(content.get("enterprise_name") or "")
        for relation in ("used_providers", "used_solutions"):
            found += [row.get("text") or "" for row in content.get(relation) or []]
    return found


def people_behind(case: CasePage) -> tuple[set[int], set[int]]:
    """Accounts that wrote at the case in any version, and those that put it forward."""
    revisions = Revision.page_revisions.filter(object_id=str(case.pk))
    authors = set(revisions.values_list("user", flat=True)) | {case.owner_id}
    requested = case.workflow_states.values_list("requested_by", flat=True)
    nominated = Nomination.objects.filter(case=case.pk).values_list("by", flat=True)
    return authors - {None}, {*requested, *nominated} - {None}
