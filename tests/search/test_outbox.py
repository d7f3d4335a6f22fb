"""What a change writes into the outbox, that the two are committed together, and what is taken."""

import time
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone
from wagtail.models import PageViewRestriction

from cases.models import BenchmarkDecision
from catalog.models import Recognition, Scenario, SolutionPage, Suspension
from providers.models import ProviderPage, ProviderStanding, Qualification
from search.fan_out import below, carriers, expand
from search.indexing import comparison, outbox, targets, versions, worker
from search.indexing.indices import Outcome
from search.management.commands import search_worker
from search.models import IndexTarget, OutboxRow, SearchVersion
from tests.pages import case_without_decision

pytestmark = pytest.mark.usefixtures("demo_site")


@pytest.fixture
def index() -> IndexTarget:
    return targets.register("some-index", IndexTarget.Kind.ELASTICSEARCH)


@pytest.fixture
def solution() -> SolutionPage:
    return SolutionPage.objects.listed().order_by("pk").first()


class FakeWriter:
    """Tells nobody, and cannot build some documents."""

    def __init__(self, unfit: Sequence[str] = ()) -> None:
        self.unfit = unfit
        self.told: list[str] = []

    def prepare(self, keys: Sequence[str]) -> Callable[[], Outcome]:
        if set(keys) & set(self.unfit):
            raise ValueError("no document")
        return lambda: self._sent(keys)

    def _sent(self, keys: Sequence[str]) -> Outcome:
        self.told += keys
        return Outcome(told=set(keys), failed={}, refused={}, conflicting=set())

    def resolve(self, outcome: Outcome) -> Outcome:
        return outcome


def rows_of(target: IndexTarget) -> set[str]:
    return set(target.rows.values_list("key", flat=True))


def test_a_change_writes_a_row_for_each_document_and_target(
    index: IndexTarget, solution: SolutionPage
) -> None:
    file = targets.register("host:1", IndexTarget.Kind.EMBEDDED)
    solution.save(update_fields=["trial_days"])
    assert rows_of(index) == rows_of(file)
    assert {f"solution:{solution.pk}", below(solution)} <= rows_of(index)


def test_a_draft_writes_none(index: IndexTarget, solution: SolutionPage) -> None:
    solution.title = "草稿"
    solution.save_revision()
    assert rows_of(index) == set()


def test_without_a_target_nothing_is_written(solution: SolutionPage) -> None:
    IndexTarget.objects.all().delete()
    solution.save(update_fields=["trial_days"])
    assert not OutboxRow.objects.exists()


def test_a_transaction_drains_once(index: IndexTarget) -> None:
    def hooks() -> int:
        return sum(hook[1] is outbox._drain_soon for hook in connection.run_on_commit)

    with transaction.atomic():
        outbox.record(["solution:1"])
        outbox.record(["solution:2"])
        assert hooks() == 1
    undone = transaction.savepoint()
    outbox.record(["solution:3"])
    transaction.savepoint_rollback(undone)
    outbox.record(["solution:4"])
    assert hooks() == 1
    assert rows_of(index) == {"solution:1", "solution:2", "solution:4"}


def test_what_a_key_stands_for_is_asked_late(solution: SolutionPage) -> None:
    provider = solution.get_parent().specific
    keys = {below(provider)}
    assert f"solution:{solution.pk}" in expand(keys)
    other = ProviderPage.objects.exclude(pk=provider.pk).first()
    solution.move(other, "last-child")
    assert f"solution:{solution.pk}" not in expand(keys)
    assert expand({"below:0"}) == set()
    with pytest.raises(ValueError, match="nowhere"):
        expand({"nowhere:1"})


def test_a_term_stands_for_what_carries_it(solution: SolutionPage) -> None:
    scenario = Scenario.objects.get(pk=solution.scenarios.first().pk)
    assert f"solution:{solution.pk}" in expand({carriers(scenario)})


def test_two_indices_are_never_filled_at_once(index: IndexTarget) -> None:
    with pytest.raises(targets.AlreadyFilling, match="some-index"):
        targets.register("another", IndexTarget.Kind.ELASTICSEARCH)
    targets.promote(index)
    assert targets.register("another", IndexTarget.Kind.ELASTICSEARCH).pk


def test_of_two_indices_one_is_live(index: IndexTarget) -> None:
    targets.promote(index)
    newer = targets.register("newer", IndexTarget.Kind.ELASTICSEARCH)
    targets.promote(newer)
    index.refresh_from_db()
    assert (index.state, newer.state) == (IndexTarget.State.PREVIOUS, IndexTarget.State.LIVE)


def test_failures_wait_longer_each_time_and_are_never_given_up(index: IndexTarget) -> None:
    outbox.enqueue(index, ["solution:1"])
    waits = []
    for _ in range(12):
        row = index.rows.get()
        outbox.postpone([row], {"solution:1": "cluster_block_exception: read-only"})
        waits.append((index.rows.get().due_at - timezone.now()).total_seconds())
    assert waits[:3] == pytest.approx([1, 2, 4], abs=0.5)
    assert waits[-1] == pytest.approx(60, abs=1)
    assert list(outbox.claims(index, eager=False)) == []
    assert [row.key for rows in outbox.claims(index, eager=True) for row in rows] == ["solution:1"]


def test_a_row_in_another_workers_hands_is_left_to_it(index: IndexTarget) -> None:
    outbox.enqueue(index, ["solution:1", "solution:2"])
    (held,) = outbox.claims(index, eager=False)
    assert list(outbox.claims(index, eager=False)) == []
    outbox.put_back(held)
    assert len(list(outbox.claims(index, eager=False))) == 1


def test_a_document_told_clears_what_was_set_aside_of_it(index: IndexTarget) -> None:
    outbox.enqueue(index, ["solution:1"])
    (refused,) = outbox.claims(index, eager=False)
    outbox.set_aside(refused, {"solution:1": "strict_dynamic_mapping_exception"})
    outbox.enqueue(index, ["solution:1"])
    (rows,) = outbox.claims(index, eager=False)
    outbox.acknowledge(index, rows, {"solution:1"})
    assert not index.rows.exists()


# -- what the clock makes untrue -------------------------------------------------------------------


def test_what_is_due_is_noted_once_until_it_is_read_again(
    index: IndexTarget, solution: SolutionPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = f"solution:{solution.pk}"
    then = timezone.now() + timedelta(hours=1)
    SolutionPage.objects.filter(pk=solution.pk).update(expire_at=then)
    versions.read([key])
    assert outbox.record_due() == 0
    now = then + timedelta(seconds=1)
    monkeypatch.setattr(timezone, "now", lambda: now)
    assert [outbox.record_due() for _ in range(3)] == [1, 0, 0]
    assert list(index.rows.values_list("key", flat=True)) == [key]
    # It has been put off meanwhile.
    then += timedelta(hours=1)
    SolutionPage.objects.filter(pk=solution.pk).update(expire_at=then)
    versions.read([key])
    assert SearchVersion.objects.get(key=key).stale_on == then
    assert outbox.record_due() == 0


def test_all_that_is_due_is_noted(index: IndexTarget, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "_DUE_AT_ONCE", 2)
    for number in range(5):
        SearchVersion.objects.create(key=f"case:{number}", version=1, stale_on=timezone.now())
    assert outbox.record_due() == 5
    assert rows_of(index) == {f"case:{number}" for number in range(5)}


def test_rows_that_wait_are_not_written_again(index: IndexTarget) -> None:
    file = targets.register("host:1", IndexTarget.Kind.EMBEDDED)
    outbox.enqueue(index, ["solution:1"])
    for _ in range(3):
        outbox.record_missing({"solution:1", "solution:2"})
    assert sorted(index.rows.values_list("key", flat=True)) == ["solution:1", "solution:2"]
    assert sorted(file.rows.values_list("key", flat=True)) == ["solution:1", "solution:2"]
    # Who holds one may have read it already.
    list(outbox.claims(index, eager=False))
    outbox.record_missing({"solution:1"})
    assert index.rows.filter(key="solution:1").count() == 2


# -- what cannot be told ---------------------------------------------------------------------------


def test_a_row_that_stands_for_nothing_keeps_no_other_waiting(
    index: IndexTarget, solution: SolutionPage
) -> None:
    unknown = ["galaxy:1", "carriers:catalog.Galaxy:1", "below:Milky Way"]
    outbox.enqueue(index, [*unknown, below(solution)])
    writer = FakeWriter()
    worker.drain(index, writer)
    assert f"solution:{solution.pk}" in writer.told
    assert set(index.rows.values_list("key", "is_poison")) == {(key, True) for key in unknown}


def test_a_document_that_cannot_be_built_keeps_no_other_waiting(index: IndexTarget) -> None:
    keys = [f"solution:{number}" for number in range(9)]
    outbox.enqueue(index, keys)
    writer = FakeWriter(unfit=[keys[2], keys[7]])
    done = worker.drain(index, writer)
    assert (done.told, done.failed, done.stopped) == (7, 2, "")
    assert {*writer.told, *writer.unfit} == set(keys)
    left = index.rows.order_by("pk").values_list("key", "attempts", "error", "is_poison")
    assert list(left) == [(key, 1, "ValueError('no document')", False) for key in writer.unfit]


def test_a_worker_outlives_what_nobody_foresaw(
    index: IndexTarget, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SEARCH_ENGINE = "elasticsearch"
    file = targets.register("host:1", IndexTarget.Kind.EMBEDDED)
    told = []

    def drain(target: IndexTarget, writer: FakeWriter) -> worker.Drained:
        if target == file:
            raise RuntimeError("nobody foresaw it")
        told.append(target)
        return worker.Drained()

    def keep_up() -> None:
        raise RuntimeError("nobody foresaw this either")

    monkeypatch.setattr(search_worker, "writer_for", lambda target: FakeWriter())
    monkeypatch.setattr(search_worker, "drain", drain)
    monkeypatch.setattr(search_worker.upkeep, "keep_up", keep_up)
    call_command("search_worker", once=True)
    assert index in told
    assert file not in told


def test_a_check_names_what_nobody_foresaw(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    def all_entries() -> None:
        raise RuntimeError("nobody foresaw it")

    monkeypatch.setattr(comparison, "all_entries", all_entries)
    with pytest.raises(CommandError) as failure:
        call_command("search_check", verbosity=0)
    assert failure.value.returncode == 1
    assert "cannot be compared: RuntimeError('nobody foresaw it')" in capsys.readouterr().out


def test_much_at_once_is_left_to_a_worker(
    index: IndexTarget, solution: SolutionPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_MOST_SPREAD_SOON", 1)
    section = below(solution.get_parent())
    outbox.enqueue(index, [section, f"solution:{solution.pk}"])
    writer = FakeWriter()
    worker.drain(index, writer, until=time.monotonic() + 60)
    assert writer.told == [f"solution:{solution.pk}"]
    assert rows_of(index) == {section}
    worker.drain(index, writer)
    assert set(writer.told) == expand({section})
    assert rows_of(index) == set()


# -- targets that are gone -------------------------------------------------------------------------


def test_what_was_dropped_takes_no_ones_place(index: IndexTarget) -> None:
    targets.promote(index)
    newer = targets.register("newer", IndexTarget.Kind.ELASTICSEARCH)
    targets.drop(IndexTarget.objects.get(pk=newer.pk))
    with pytest.raises(targets.Dropped, match="newer"):
        targets.promote(newer)
    index.refresh_from_db()
    assert index.state == IndexTarget.State.LIVE


def test_nothing_waits_for_what_was_dropped(index: IndexTarget) -> None:
    targets.drop(IndexTarget.objects.get(pk=index.pk))
    outbox.enqueue(index, ["solution:1"])
    assert not OutboxRow.objects.exists()


def test_without_a_cluster_reindexing_forgets_its_indices(index: IndexTarget) -> None:
    targets.promote(index)
    outbox.enqueue(index, ["solution:1"])
    with pytest.raises(CommandError):
        call_command("search_check", verbosity=0)
    call_command("search_reindex", verbosity=0)
    assert not IndexTarget.objects.filter(kind=IndexTarget.Kind.ELASTICSEARCH).exists()
    call_command("search_check", verbosity=0)


# -- one commit ------------------------------------------------------------------------------------


def unsaved(model: type) -> object:
    """Something of the model that is not in the database yet."""
    solution = SolutionPage.objects.order_by("pk").last()
    Recognition.objects.filter(solution=solution).delete()
    provider = ProviderPage.objects.listed().first()
    made = {
        PageViewRestriction: {"page": solution, "restriction_type": PageViewRestriction.LOGIN},
        Suspension: {"page": solution, "reason": "演示"},
        Recognition: {"solution": solution, "batch": 2, "recognised_on": "2026-10-15"},
        Qualification: {"provider": provider, "type_id": "cmmi5", "number": "1", "issuer": "演示"},
        BenchmarkDecision: {
            "case": case_without_decision() if model is BenchmarkDecision else None,
            "decided_on": "2026-10-15",
        },
    }
    return model(**made[model])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "model", [PageViewRestriction, Suspension, Recognition, Qualification, BenchmarkDecision]
)
def test_nothing_is_saved_without_its_rows(model: type, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when the process ends between the two."""
    targets.register("some-index", IndexTarget.Kind.ELASTICSEARCH)
    row = unsaved(model)
    OutboxRow.objects.all().delete()
    before = model.objects.count()
    with monkeypatch.context() as patched:
        patched.setattr(outbox, "_add", lambda keys, receiving: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            row.save()
    assert model.objects.count() == before
    row.save()
    assert model.objects.count() == before + 1
    assert OutboxRow.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_renamed_term_and_a_new_standing_are_saved_with_their_rows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    targets.register("some-index", IndexTarget.Kind.ELASTICSEARCH)
    scenario = Scenario.objects.first()
    scenario.label = "改名"
    standing = ProviderStanding.objects.first()
    monkeypatch.setattr(outbox, "_add", lambda keys, receiving: 1 / 0)
    for row in (scenario, standing):
        with pytest.raises(ZeroDivisionError):
            row.save()
    assert not Scenario.objects.filter(label="改名").exists()
