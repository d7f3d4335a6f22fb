"""A new index beside the one in use: it takes its place whole, or leaves nothing behind."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from math import inf

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from elasticsearch import TransportError

from catalog.models import SolutionPage
from search.engines.elasticsearch.documents import alias
from search.entries import Entry
from search.indexing import comparison, outbox, reindex, targets
from search.indexing.indices import Indices
from search.indexing.targets import AlreadyFilling
from search.models import IndexTarget, OutboxRow
from search.reading import public_keys
from tests.engines.faulty import WRONG, Behaviour
from tests.faults.processes import started
from tests.faults.proxy import Proxy, cuts, striking
from tests.faults.site import Site, publish

pytestmark = pytest.mark.django_db(transaction=True)

FILLING = IndexTarget.State.FILLING


def test_edits_go_on_meanwhile(site: Site) -> None:
    """Another process fills the index, a document at a time, while this one goes on editing."""
    before = site.live
    with started("search_reindex", batch=1) as filling:
        edits = 0
        while filling.poll() is None:
            site.edit()
            edits += 1
            if edits % 3 == 0:
                # SQLite lets one process write at a time.
                site.change_everything(hold=inf)
        assert filling.returncode == 0, filling.stderr.read()
    assert edits > 3
    assert site.live != before == site.previous
    site.is_whole_again()


def test_changes_between_two_steps_of_filling_are_in(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "BATCH", 5)
    seen = []

    def edit(done: int, total: int) -> None:
        if len(seen) < 4:
            site.change_everything()
        seen.append((done, total))

    target = reindex.reindex(edit)
    assert seen == sorted(seen)
    assert seen[-1][0] == seen[-1][1]
    assert len(seen) > 4
    assert site.live == target.name
    site.is_whole_again()


# The stages of a reindex, by their requests.
STAGES = [r"PUT /[^/]+$", "_bulk", "_refresh", "_pit", "_search", "GET .*_alias", "POST /_aliases"]


@pytest.mark.parametrize("behaviour", [cuts, WRONG["no master"]])
@pytest.mark.parametrize("stage", STAGES)
def test_a_failure_leaves_nothing_behind(
    behaviour: Behaviour, stage: str, site: Site, proxy: Proxy
) -> None:
    before = site.indices(), site.searched(), site.targets
    proxy.behave(striking(stage, behaviour, times=1))
    with pytest.raises(CommandError):
        call_command("search_reindex", verbosity=0)
    assert (site.indices(), site.searched(), site.targets) == before
    assert not OutboxRow.objects.exists()
    found = site.check()
    assert found == [], found
    call_command("search_reindex", verbosity=0)
    assert site.live not in before[0]


def test_a_cluster_that_stays_away_is_cleared_up_later(site: Site, proxy: Proxy) -> None:
    before = site.indices(), site.searched(), site.targets

    def go_away(done: int, total: int) -> None:
        proxy.refuse()

    with pytest.raises((reindex.Unreachable, TransportError)):
        reindex.reindex(go_away)
    site.change_everything()
    assert site.look_around() == {"embedded"}
    proxy.listen()
    site.is_whole_again()
    assert (site.indices(), site.searched(), site.targets) == before
    call_command("search_reindex", verbosity=0)


def test_of_two_at_once_one_is_told_so(site: Site) -> None:
    refusals = []

    def another(done: int, total: int) -> None:
        for again in (lambda: call_command("search_reindex", verbosity=0), reindex.reindex):
            with pytest.raises((CommandError, AlreadyFilling), match="is being filled") as refusal:
                again()
            refusals.append(refusal.type)

    target = reindex.reindex(another)
    assert refusals == [CommandError, AlreadyFilling]
    assert site.live == target.name
    assert FILLING not in site.targets.values()
    site.is_whole_again()


def test_one_that_was_dropped_meanwhile_takes_no_ones_place(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As another process does that takes the one who fills it for dead."""
    before = site.indices(), site.searched(), site.targets

    def drop(indices: Indices, target: IndexTarget) -> None:
        targets.drop(IndexTarget.objects.get(pk=target.pk))

    with monkeypatch.context() as patch:
        patch.setattr(reindex, "_require_equal", drop)
        with pytest.raises(CommandError, match="dropped meanwhile"):
            call_command("search_reindex", verbosity=0)
    assert (site.indices(), site.searched(), site.targets) == before
    site.is_whole_again()


def test_who_tells_what_has_changed_meanwhile_gives_signs_of_life(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def compare(holder: object, drain: Callable[[], None], alive: object) -> list:
        targets.give_up(target)
        outbox.enqueue(target, public_keys())
        drain()
        target.refresh_from_db()
        seen.append(target.seen_at)
        return []

    target = IndexTarget.objects.get(name=site.previous)
    monkeypatch.setattr(reindex, "differences", compare)
    reindex.roll_back()
    assert [timezone.now() - at < timedelta(minutes=5) for at in seen] == [True]


@pytest.mark.parametrize("what", ["check", "reindex"])
def test_what_the_clock_makes_untrue_meanwhile_is_no_difference(
    what: str, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    solution = SolutionPage.objects.listed().order_by("pk").first()
    then = timezone.now() + timedelta(hours=1)
    solution.expire_at = then
    publish(solution)
    site.is_whole_again()
    all_entries = comparison.all_entries

    def an_hour_later() -> Iterator[Entry]:
        monkeypatch.setattr(timezone, "now", lambda: then + timedelta(seconds=1))
        return all_entries()

    monkeypatch.setattr(comparison, "all_entries", an_hour_later)
    if what == "check":
        assert site.check() == []
    else:
        reindex.reindex()
    assert site.check() == []


def test_roll_back(site: Site) -> None:
    first, second = site.previous, site.live
    site.change_everything()
    call_command("search_reindex", "--roll-back", verbosity=0)
    assert (site.live, site.previous) == (first, second)
    site.is_whole_again()
    # The one that was left is kept as well: the way back is open.
    site.change_everything()
    call_command("search_reindex", "--roll-back", verbosity=0)
    assert (site.live, site.previous) == (second, first)
    site.is_whole_again()


def test_no_roll_back_to_an_index_that_is_wrong(site: Site) -> None:
    first, second = site.previous, site.live
    site.cluster.indices.put_settings(index=first, settings={"index.blocks.write": True})
    site.edit()
    with pytest.raises(CommandError, match="differ: outdated"):
        call_command("search_reindex", "--roll-back", verbosity=0)
    assert site.live == second
    site.cluster.indices.put_settings(index=first, settings={"index.blocks.write": None})
    assert site.check() == []


def test_of_earlier_indices_the_last_is_kept_up_to_date(site: Site) -> None:
    oldest, live = site.previous, site.live
    site.change_everything()
    indices = Indices(site.cluster)
    assert indices.digests(oldest) == indices.digests(live)
    target = reindex.reindex()
    assert site.targets == {live: IndexTarget.State.PREVIOUS, target.name: IndexTarget.State.LIVE}
    assert site.indices() == {live, target.name}
    assert oldest.startswith(alias())
    site.change_everything()
    assert indices.digests(live) == indices.digests(target.name)
