"""The embedded engine: SQLite's FTS5 over our own words, facet bitmaps in each process.

An answer is made inside one read transaction: the
generation, the changes since, the words and the rows belong together.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import NamedTuple

from django.db import DatabaseError, connections, transaction
from django.utils import timezone

from search.engines.base import (
    HINTED_WORDS,
    WEIGHTS,
    EntryReader,
    expansions_of,
    groups_of,
    hits_of,
)
from search.engines.bitmaps import (
    Slots,
    Snapshot,
    bits_of,
    counts,
    narrow,
    row_from,
)
from search.engines.store import EmbeddedStore
from search.entries import Entry
from search.facets import KIND_FACETS
from search.models import IndexedEntry, TypedForm
from search.patience import DUE_PATIENCE, patience
from search.pinyin import typed
from search.question import KINDS, LAST_PAGE, PAGE_SIZE, Answer, Hint, Question, pages_of
from search.synonyms import WordGroup
from search.words import Phrase, phrases

logger = logging.getLogger(__name__)

# Generations a process keeps, so that a reader whose transaction began earlier finds its own.
_KEPT_SNAPSHOTS = 4

_RANK = "bm25(search_words, {title}, {summary}, {body})".format(**WEIGHTS)


def match_expression(groups: Iterable[Iterable[Phrase]]) -> str:
    """FTS5's form of AND over groups, OR over the phrases of a group."""
    return " AND ".join(
        "(" + " OR ".join(_phrase_expression(phrase) for phrase in group) + ")" for group in groups
    )


def _phrase_expression(phrase: Phrase, *, still_typing: bool = False) -> str:
    prefix = " *" if phrase.is_prefix or still_typing else ""
    return f'"{" ".join(phrase.terms)}"{prefix}'


class Moment(NamedTuple):
    """What one read transaction sees.

    ``due`` are slots whose time has come. ``scores`` maps each slot that the text finds to its
    score, lower is better; None when no text was given.
    """

    snapshot: Snapshot
    due: list[int]
    scores: dict[int, float] | None


class EmbeddedEngine(EmbeddedStore):
    """See ``search.engines.base.Engine``."""

    name = "embedded"

    def __init__(
        self,
        read_entries: EntryReader,
        read_synonyms: Callable[[], Iterable[Sequence[str]]],
    ) -> None:
        super().__init__(read_entries)
        self.read_synonyms = read_synonyms
        self._snapshots: tuple[Snapshot, ...] = ()

    def warm(self) -> None:
        """Read now what the first answer of a process would have to wait for."""
        with self._reading():
            self._moment(None)

    # -- answering ------------------------------------------------------------------------------

    def ask(self, question: Question) -> Answer:
        groups = groups_of(question, self.read_synonyms)
        with self._reading():
            moment = self._moment(self._match(question, groups))
            if not moment.due:
                return self._answer(question, groups, moment, 0)
        unread = self._read_again(moment.due)
        with self._reading():
            moment = self._moment(self._match(question, groups))
            return self._answer(question, groups, moment, bits_of(unread))

    def totals(self, questions: Sequence[Question]) -> list[int]:
        matches = [
            self._match(question, groups_of(question, self.read_synonyms)) for question in questions
        ]
        with self._reading():
            moment = self._moment(None)
            snapshot = moment.snapshot
            shown = snapshot.of_kind(None) & ~bits_of(moment.due)
            words_asked = [match[1] for match in matches if match and match[1]]
            found = iter(self._slots_of_each(words_asked))
            totals = []
            for question, match in zip(questions, matches, strict=True):
                base = shown & snapshot.of_kind(question.kind)
                if match is not None:
                    base &= bits_of(next(found) if match[1] else ())
                totals.append(narrow(snapshot, base, question.chosen).found.bit_count())
        return totals

    @staticmethod
    def _match(question: Question, groups: Sequence[WordGroup]) -> tuple[str, str] | None:
        """What ranks and what matches the words, in FTS5's language; None without a text."""
        if not question.text.strip():
            return None
        rank = _RANK if question.sort == "relevance" else "0"
        return rank, match_expression(group.variants for group in groups)

    def _read_again(self, due: Sequence[int]) -> Sequence[int]:
        """Read entries whose time has come; returns the slots for which that failed."""
        rows = IndexedEntry.objects.using(self.using).filter(pk__in=due)
        try:
            # A visitor waits, and is not kept waiting by whoever writes for long.
            with patience(DUE_PATIENCE, self.using), transaction.atomic(using=self.using):
                self.put_or_drop(rows.values_list("key", flat=True))
        except DatabaseError as error:
            # Not shown at all rather than shown when it should not be.
            logger.warning("Entries whose time has come could not be read again: %s", error)
            return due
        return ()

    def _answer(
        self,
        question: Question,
        groups: Sequence[WordGroup],
        moment: Moment,
        hidden: int,
    ) -> Answer:
        """The answer, with the slots in ``hidden`` left out; inside a read transaction."""
        snapshot, scores = moment.snapshot, moment.scores
        shown = snapshot.of_kind(None) & ~hidden
        matching = shown if scores is None else shown & bits_of(scores)
        candidates = matching & snapshot.of_kind(question.kind)
        counted = narrow(snapshot, candidates, question.chosen)
        total = counted.found.bit_count()
        hints: tuple[Hint, ...] = ()
        if not total:
            base = shown & snapshot.of_kind(question.kind)
            hints = tuple(self._hints(question, groups, snapshot, base, candidates))
        page = self._page(question, snapshot, counted.found, scores)
        return Answer(
            question=question,
            total=total,
            pages=pages_of(total),
            hits=hits_of(self._entries(page), groups),
            facets=counts(snapshot, counted, KIND_FACETS[question.kind]),
            kind_counts=_kind_counts(question, snapshot, matching),
            hints=hints,
            expansions=expansions_of(groups),
            engine=self.name,
        )

    def _page(
        self,
        question: Question,
        snapshot: Snapshot,
        found: int,
        scores: Mapping[int, float] | None,
    ) -> list[int]:
        """The slots of the page asked for, in order."""
        if question.page > LAST_PAGE:
            return []
        start = (question.page - 1) * PAGE_SIZE
        wanted = Slots(found)
        if scores is not None and question.sort == "relevance":
            ranked = sorted(
                (slot for slot in scores if slot in wanted),
                key=lambda slot: (round(scores[slot], 12), snapshot.rows[slot].tie),
            )
            return ranked[start : start + PAGE_SIZE]
        in_order = (slot for slot in snapshot.ordered(question.sort) if slot in wanted)
        return list(islice(in_order, start, start + PAGE_SIZE))

    def _entries(self, slots: Sequence[int]) -> Iterator[Entry]:
        if not slots:
            return iter(())
        stored = IndexedEntry.objects.using(self.using).filter(pk__in=slots)
        contents = dict(stored.values_list("pk", "content"))
        return (Entry.from_json(contents[slot]) for slot in slots)

    def _hints(
        self,
        question: Question,
        groups: Sequence[WordGroup],
        snapshot: Snapshot,
        base: int,
        candidates: int,
    ) -> Iterator[Hint]:
        """What to drop for some result: a facet, a word, all facets, the whole text."""
        counted = narrow(snapshot, candidates, question.chosen)
        for key, bitmap in counted.without.items():
            if bitmap:
                yield Hint("facet", key, bitmap.bit_count())
        if 1 < len(groups) <= HINTED_WORDS:
            asked = [match_expression([group.variants]) for group in groups]
            found = [bits_of(slots) for slots in self._slots_of_each(asked)]
            for at, group in enumerate(groups):
                others = base
                for other, bitmap in enumerate(found):
                    if other != at:
                        others &= bitmap
                if count := narrow(snapshot, others, question.chosen).found.bit_count():
                    yield Hint("word", group.word.written, count)
        if len(counted.without) > 1 and candidates:
            yield Hint("facets", "", candidates.bit_count())
        if question.text.strip() and (
            count := narrow(snapshot, base, question.chosen).found.bit_count()
        ):
            yield Hint("text", "", count)

    def _slots_of_each(self, matches: Sequence[str]) -> list[list[int]]:
        """The slots that each of these expressions of FTS5 finds, in one statement."""
        found: list[list[int]] = [[] for _ in matches]
        if not matches:
            return found
        one = "SELECT %s, rowid FROM search_words WHERE search_words MATCH %s"
        params = [value for numbered in enumerate(matches) for value in numbered]
        with connections[self.using].cursor() as cursor:
            cursor.execute(" UNION ALL ".join([one] * len(matches)), params)
            for at, slot in cursor.fetchall():
                found[at].append(slot)
        return found

    def suggest(self, text: str, limit: int) -> list[Entry]:
        slots: dict[int, None] = {}
        asked = phrases(text)
        keyboard = typed(text)
        with self._reading(), connections[self.using].cursor() as cursor:
            if asked:
                # The last word is still being typed.
                parts = [_phrase_expression(phrase) for phrase in asked[:-1]]
                parts.append(_phrase_expression(asked[-1], still_typing=True))
                cursor.execute(
                    "SELECT rowid FROM search_words WHERE search_words MATCH %s "
                    "ORDER BY rank LIMIT %s",
                    ["{title} : (" + " AND ".join(parts) + ")", limit],
                )
                slots.update(dict.fromkeys(slot for (slot,) in cursor.fetchall()))
            if keyboard and len(slots) < limit:
                forms = TypedForm.objects.using(self.using).filter(
                    form__gte=keyboard, form__lt=keyboard + "\uffff"
                )
                ordered = forms.order_by("form").values_list("entry_id", flat=True)
                slots.update(dict.fromkeys(ordered[: limit * 4]))
            return list(self._existing(list(slots)[:limit]))

    def _existing(self, slots: Sequence[int]) -> Iterator[Entry]:
        now = timezone.now()
        stored = IndexedEntry.objects.using(self.using).in_bulk(slots)
        for slot in slots:
            row = stored.get(slot)
            if row is not None and (row.stale_on is None or row.stale_on > now):
                yield Entry.from_json(row.content)

    # -- generations ----------------------------------------------------------------------------

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """One read transaction; the caller's own transaction when there is one.

        Not ``transaction.atomic``: with SQLite's mode IMMEDIATE that would wait for writers.
        """
        connection = connections[self.using]
        connection.ensure_connection()
        if connection.in_atomic_block:
            yield
            return
        raw = connection.connection
        raw.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            raw.execute("ROLLBACK")

    def _moment(self, match: tuple[str, str] | None) -> Moment:
        """What this transaction sees, in one statement: generation, entries due, words found."""
        held = self._snapshots
        connection = connections[self.using]
        marks = ", ".join(["%s"] * len(held)) or "NULL"
        statement = (
            "SELECT 'stamp', generation, nonce FROM search_indexchange "  # noqa: S608
            f"WHERE generation IN ({marks}) "
            "OR generation = (SELECT MAX(generation) FROM search_indexchange) "
            "UNION ALL SELECT 'due', id, 0 FROM search_indexedentry WHERE stale_on <= %s"
        )
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        params: list = [*(snapshot.stamp[0] for snapshot in held), now]
        if match and match[1]:
            rank, words_asked = match
            statement += (
                f" UNION ALL SELECT 'word', rowid, {rank} FROM search_words "  # noqa: S608
                "WHERE search_words MATCH %s"
            )
            params.append(words_asked)
        rows: dict[str, list[tuple[int, float]]] = {"stamp": [], "due": [], "word": []}
        with connection.cursor() as cursor:
            cursor.execute(statement, params)
            for what, number, value in cursor.fetchall():
                rows[what].append((number, value))
        return Moment(
            snapshot=self._snapshot_at(sorted(rows["stamp"], reverse=True), held),
            due=[slot for slot, _ in rows["due"]],
            scores=None if match is None else dict(rows["word"]),
        )

    def _snapshot_at(self, seen: list[tuple[int, int]], held: tuple[Snapshot, ...]) -> Snapshot:
        """``seen`` holds the current stamp, then those held ones that this transaction knows."""
        # Without a change there was never an entry.
        current = seen[0] if seen else (0, 0)
        ancestors = {snapshot.stamp: snapshot for snapshot in held}
        for stamp in seen:
            if stamp in ancestors:
                ancestor = ancestors[stamp]
                break
        else:
            return self._held(self._read_all(current))
        if ancestor.stamp == current:
            return ancestor
        return self._held(self._patched(ancestor, current))

    def _held(self, snapshot: Snapshot) -> Snapshot:
        self._snapshots = (*self._snapshots, snapshot)[-_KEPT_SNAPSHOTS:]
        return snapshot

    def _read_all(self, stamp: tuple[int, int]) -> Snapshot:
        entries = IndexedEntry.objects.using(self.using)
        rows = entries.values_list("pk", "kind", "facts").iterator()
        return Snapshot.of(stamp, {slot: row_from(kind, facts) for slot, kind, facts in rows})

    def _patched(self, ancestor: Snapshot, stamp: tuple[int, int]) -> Snapshot:
        with connections[self.using].cursor() as cursor:
            cursor.execute(
                "SELECT c.slot, e.kind, e.facts FROM search_indexchange c "
                "LEFT JOIN search_indexedentry e ON e.id = c.slot WHERE c.generation > %s",
                [ancestor.stamp[0]],
            )
            changes = {
                slot: None if kind is None else row_from(kind, facts)
                for slot, kind, facts in cursor.fetchall()
            }
        return ancestor.patched(stamp, changes)


def _kind_counts(question: Question, snapshot: Snapshot, matching: int) -> dict[str, int]:
    """How many of each kind the text and those choices find that the kind knows."""
    found = {}
    for kind in KINDS:
        known = {key: codes for key, codes in question.chosen.items() if key in KIND_FACETS[kind]}
        of_kind = matching & snapshot.of_kind(kind)
        found[kind] = narrow(snapshot, of_kind, known).found.bit_count()
    return found
