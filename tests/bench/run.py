"""One run of the benchmark, from an empty database to the judged table."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Sequence
from functools import partial

from django.conf import settings
from elasticsearch import Elasticsearch

import search
from search.engines.elasticsearch.client import connect
from tests.bench import arms
from tests.bench.bulk import bulk
from tests.bench.corpus import Corpus
from tests.bench.filling import Index, fill
from tests.bench.goals import judged
from tests.bench.instruments import Statements, Wire, watched_statements, watched_wire
from tests.bench.measuring import Series, measure
from tests.bench.names import BLANK, EMBEDDED, OPEN, OURS, REFUSED
from tests.bench.outage import outage
from tests.bench.recording import record, record_requests, wrong
from tests.bench.report import report
from tests.bench.results import Measured
from tests.bench.rival.searching import Rival
from tests.bench.site import have_providers, set_up

# The outage is measured on the largest site of at most so many entries.
OUTAGE_SIZE = 10_000


def run(
    *, sizes: Sequence[int], rounds: int, questions: int, without: frozenset[str], merge: bool
) -> int:
    """Measure and print; 1 when a goal is missed."""
    client = connect()
    server = described(client)
    say(f"{server}. Setting up a site")
    set_up()
    index = Index(client, merge=merge)
    rival = Rival(settings.ELASTICSEARCH_URL, f"{settings.ELASTICSEARCH_INDEX}-")
    found: list[Measured] = []
    outage_size = max((size for size in sizes if size <= OUTAGE_SIZE), default=min(sizes))
    try:
        for size in sorted(sizes):
            corpus = Corpus(size)
            have_providers(corpus.providers)
            fill(corpus, index, rival, lambda done, size=size: say(f"{done} of {size}"))
            measured = measured_at(corpus, rival, rounds, questions, without)
            if size == outage_size and "outage" not in without:
                say("A minute of silence")
                measured.outage = outage(settings.ELASTICSEARCH_URL, addresses_of(corpus))
            found.append(measured)
        sent = None if "bulk" in without else bulk(client, say)
    finally:
        index.end()
        rival.end()
    goals = judged(found, sent)
    state = "merged to one segment" if merge else "as filling left them"
    conditions = f"{server}; {rounds} rounds of two passes; indices {state}."
    sys.stdout.write(report(found, sent, goals, conditions))
    return int(not all(goal.is_met for goal in goals))


def described(client: Elasticsearch) -> str:
    """The server's version and heap."""
    version = client.info()["version"]["number"]
    nodes = client.nodes.stats(metric="jvm")["nodes"].values()
    heap = sum(node["jvm"]["mem"]["heap_max_in_bytes"] for node in nodes)
    return f"Elasticsearch {version}, nodes: {len(nodes)}, heap {heap / 2**30:.1f} GB"


def measured_at(
    corpus: Corpus, rival: Rival, rounds: int, questions: int, without: frozenset[str]
) -> Measured:
    recorded = record(corpus, questions)
    record_requests(recorded)
    found = Measured(corpus.size, len(recorded), sum(item.is_empty for item in recorded))
    taking_part: list[arms.Arm] = [
        arms.BlankArm(),
        arms.RawArm(),
        arms.EngineArm(),
        arms.PageArm(OURS, "elasticsearch"),
        arms.PageArm(EMBEDDED, "embedded"),
    ]
    if "rival" not in without:
        taking_part.append(arms.RivalArm(rival))
    say("Comparing what the arms count")
    found.wrong = {arm.name: wrong(arm, recorded) for arm in taking_part}
    found.wrong = {name: listed for name, listed in found.wrong.items() if listed}
    right = [arm for arm in taking_part if arm.name not in found.wrong]
    with watched_wire() as wire:
        say(f"Asking {len(recorded)} questions in {rounds} rounds")
        whole = measure(right, recorded, rounds, wire)
        finding = [not item.is_empty for item in recorded]
        found.series = {name: series.of(finding) for name, series in whole.items()}
        found.empty_requests = most_requests(whole.get(OURS), recorded)
        if "refusal" not in without:
            say("Asking with the cluster's port closed")
            found.down = refused(recorded, finding, wire)
    for arm in right:
        if arm.name in (BLANK, OURS, EMBEDDED):
            found.statements[arm.name] = most_statements(arm, recorded)
    return found


def most_requests(series: Series | None, recorded: Sequence[arms.Recorded]) -> int:
    """The most requests that a page which finds nothing takes."""
    if series is None:
        return 0
    empty = series.of([item.is_empty for item in recorded])
    return max((sample.requests for sample in empty.samples()), default=0)


def most_statements(arm: arms.Arm, recorded: Sequence[arms.Recorded]) -> Statements:
    """The statements of the page that takes the most of its own."""
    found = []
    for item in recorded:
        if item.is_empty:
            continue
        found.append(arms.insist(partial(statements_of, arm, item)))
    return max(found, key=lambda statements: statements.search.total())


def statements_of(arm: arms.Arm, item: arms.Recorded) -> Statements:
    arm.prepare(item)
    with watched_statements() as statements:
        arm.run(item)
    return statements


def refused(
    recorded: Sequence[arms.Recorded], finding: Sequence[bool], wire: Wire
) -> dict[str, Series]:
    """Our page while the cluster refuses connections: unnoticed yet, and known."""
    address = settings.ELASTICSEARCH_URL
    settings.ELASTICSEARCH_URL = f"http://127.0.0.1:{closed_port()}"
    search._engine.cache_clear()
    try:
        taking_part = [
            arms.PageArm(EMBEDDED, "embedded"),
            arms.RefusedArm(REFUSED, "elasticsearch", "embedded"),
            arms.OpenArm(OPEN, "elasticsearch", "embedded"),
        ]
        found = measure(taking_part, recorded, 1, wire)
    finally:
        settings.ELASTICSEARCH_URL = address
        search._engine.cache_clear()
        search.cluster_breaker().path.unlink(missing_ok=True)
    return {name: series.of(finding) for name, series in found.items()}


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def addresses_of(corpus: Corpus, count: int = 40) -> list[str]:
    """Addresses of pages that find something."""
    return [item.address for item in record(corpus, count) if not item.is_empty]


def say(sentence: str) -> None:
    """Progress, apart from the table."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {sentence}\n")
    sys.stderr.flush()
