"""The demonstration site on a cluster that fails: what people do with it, and what must stay true.

Whatever the cluster does, every page comes at once and right, and no change is held up. What is
right, the embedded engine knows: it is told of each change whatever becomes of the cluster. How
much is listed, the pages' own tables say, for both.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import quote

from django.core.management import CommandError, call_command
from django.db.models import Min
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from elasticsearch import Elasticsearch

from cases.models import CasePage
from catalog.models import SolutionPage, publish_revision
from providers.models import ProviderPage
from search import Question, cluster_breaker, embedded_engine, get_engine
from search.engines.elasticsearch.documents import alias
from search.indexing import worker
from search.indexing.reindex import cluster_targets
from search.models import IndexTarget, OutboxRow
from search.question import Answer
from tests.engines.harness import nonzero
from tests.pages import decide, submitted

# How long a page of results may take (seconds) on a machine that has time for it. One second is the
# rule; the rest is for processors that do not work at their best beside other tests.
PAGE_LIMIT = 1.2
# How long a change may be held up by the index (seconds): one answer that does not come, and the
# time to read what is sent.
HOLD_LIMIT = worker.SOON + 0.8
# How long a worker may need to catch up when the fault is over (seconds): a back-off ends sooner.
CATCH_UP = 60.0
# What is listed, by the kind of the results.
LISTED = {"solution": SolutionPage, "provider": ProviderPage, "case": CasePage}
# How often a cluster may still be too slow for a page when it is back.
WARMING_UP = 5

SEARCHES = (
    "/solutions/?q=排产",
    "/search/?industry=textile",
    # Nothing is found: what might be left out is counted too.
    "/search/?q=查无此物&industry=textile",
)
TYPED = ("pc", "质量")


class Site:
    def __init__(self, cluster: Elasticsearch) -> None:
        # Past every proxy.
        self.cluster = cluster
        self.client = Client(raise_request_exception=False)
        # Seconds that changes spent on telling the index.
        self.holds: list[float] = []
        self.page_times: list[float] = []
        self.changes = 0
        # Seconds that were let pass.
        self._passed = 0.0

    # -- pages ------------------------------------------------------------------------------------

    def look_around(self) -> set[str]:
        """Ask for every kind of page that searches; returns the engines that gave the results."""
        searches = [*SEARCHES]
        if self.changes:
            searches.append(f"/search/?q={self._mark('renamed')}")
        engines = {self._search(address) for address in searches}
        engines.add(self._list_all())
        engines.add(self._search_by_api(self._mark("edited") if self.changes else "MES"))
        for text in TYPED:
            self._suggest(text)
        return engines

    def look_elsewhere(self) -> None:
        """Ask for pages that need no search."""
        self._get("/")
        self._get(SolutionPage.objects.listed().first().url)

    def _search(self, address: str) -> str:
        response = self._get_in_time(address)
        given: Answer = response.context["answer"]
        right = embedded_engine().ask(given.question)
        assert (given.total, given.kind_counts) == (right.total, right.kind_counts), address
        assert nonzero(given) == nonzero(right), address
        assert given.hints == right.hints, address
        assert response["X-Search-Engine"] == given.engine
        assert given.degraded == (given.engine == "embedded")
        return given.engine

    def _list_all(self) -> str:
        """Everything is listed, as the pages' own tables have it: no engine says what is right."""
        given: Answer = self._get_in_time("/search/").context["answer"]
        listed = {kind: model.objects.listed().count() for kind, model in LISTED.items()}
        assert given.kind_counts == listed
        assert given.total == sum(listed.values())
        return given.engine

    def _search_by_api(self, text: str) -> str:
        given = self._get_in_time(f"/api/search?q={quote(text)}").json()
        right = embedded_engine().ask(Question(text))
        assert given["total"] == right.total > 0, text
        return given["engine"]

    def _suggest(self, text: str) -> None:
        self._get_in_time(f"/api/suggest?q={quote(text)}")
        given, right = (
            {entry.key for entry in engine.suggest(text, 50)}
            for engine in (get_engine(), embedded_engine())
        )
        assert given == right, text

    def _get_in_time(self, address: str) -> HttpResponse:
        begun = own_time()
        response = self._get(address)
        self.page_times.append(own_time() - begun)
        assert self.page_times[-1] < PAGE_LIMIT, address
        return response

    def _get(self, address: str) -> HttpResponse:
        response = self.client.get(address)
        assert response.status_code == 200, address
        return response

    # -- changes ----------------------------------------------------------------------------------

    def change_everything(self, hold: float = HOLD_LIMIT) -> None:
        """Rename a provider, edit a listing, take one off, publish one from the back office.

        None is held up for longer than ``hold`` (seconds).
        """
        self.changes += 1
        held = len(self.holds)
        provider = ProviderPage.objects.listed().order_by("pk").first()
        provider.title = f"{self._mark('renamed')} {provider.title}"[:60]
        publish(provider)
        self.edit()
        SolutionPage.objects.listed().order_by("pk").last().unpublish()
        step = submitted("provider1", slug=f"draft-{self.changes}")
        assert decide("lead", step, "approve").status_code == 302
        listing = SolutionPage.objects.get(pk=step.workflow_state.object_id)
        assert decide("bureau", listing.current_workflow_task_state, "approve").status_code == 302
        listing.refresh_from_db()
        assert listing.live
        assert max(self.holds[held:]) < hold

    def edit(self, but: SolutionPage | None = None) -> None:
        """Publish a new tagline of a listing."""
        listed = SolutionPage.objects.listed().exclude(pk=but.pk if but else None)
        solution = listed.order_by("pk").first()
        solution.tagline = f"{self._mark('edited')} {timezone.now()}"
        publish(solution)

    def _mark(self, what: str) -> str:
        """A word that only the last changes have brought into the site."""
        return f"{what}{self.changes}"

    # -- the index --------------------------------------------------------------------------------

    @property
    def targets(self) -> dict[str, str]:
        """The indices that are told of changes, with what they are."""
        return dict(cluster_targets().values_list("name", "state"))

    @property
    def live(self) -> str:
        """The index that is searched."""
        return cluster_targets().get(state=IndexTarget.State.LIVE).name

    @property
    def previous(self) -> str:
        """The index before it, which is kept for a roll-back."""
        return cluster_targets().get(state=IndexTarget.State.PREVIOUS).name

    def indices(self) -> set[str]:
        """What the cluster holds of this site."""
        return set(self.cluster.indices.get(index=f"{alias()}*", expand_wildcards="all"))

    def searched(self) -> set[str]:
        """The indices behind the alias."""
        known = self.cluster.indices.get_alias(index=f"{alias()}*", expand_wildcards="all")
        return {index for index, found in known.items() if alias() in found["aliases"]}

    def work(self) -> None:
        """One pass of a worker."""
        call_command("search_worker", once=True)

    def catch_up(self) -> float:
        """Let a worker pass until nothing waits; returns the seconds that it took."""
        begun = time.monotonic()
        self.work()
        waiting = OutboxRow.objects.filter(is_poison=False)
        while due_at := waiting.aggregate(next=Min("due_at"))["next"]:
            assert time.monotonic() - begun < CATCH_UP, list(waiting.values())
            # What failed waits for the end of its back-off.
            time.sleep(max(0.0, (due_at - timezone.now()).total_seconds()))
            self.work()
        return time.monotonic() - begun

    def check(self, *arguments: str) -> list[str]:
        """What ``search_check`` names as wrong; it ends with 1 then."""
        said = io.StringIO()
        try:
            call_command("search_check", *arguments, verbosity=0, stdout=said)
            status = 0
        except CommandError as error:
            status = error.returncode
        found = said.getvalue().splitlines()
        assert status == bool(found)
        return found

    def let_pause_end(self) -> None:
        """Let the time pass in which the cluster is left alone after a failure."""
        breaker = cluster_breaker()
        self._passed += breaker.pause
        breaker.clock = lambda: time.time() + self._passed

    def is_whole_again(self) -> None:
        """The fault is over: the index catches up, and answers again."""
        self.catch_up()
        found = self.check()
        assert found == [], found
        assert self.searched() == {self.live}
        assert self.asks_the_cluster()

    def asks_the_cluster(self, look: Callable[[], set[str]] | None = None) -> bool:
        """Whether all results come from it; one that was too slow is left alone for a while.

        ``look`` returns the engines that gave results; by default every page is asked for.
        """
        for _ in range(WARMING_UP):
            if (look or self.look_around)() == {"elasticsearch"}:
                return True
            self.let_pause_end()
        return False


def own_time() -> float:
    """A clock that stands still while this thread waits for a processor that others have (seconds).

    Only Linux says when that is; elsewhere the clock never stands still.
    """
    told = Path("/proc/thread-self/schedstat")
    in_line = int(told.read_text().split()[1]) / 1e9 if told.exists() else 0.0
    return time.monotonic() - in_line


def publish(page: SolutionPage | ProviderPage) -> None:
    publish_revision(page.save_revision(), by=None, override_reason="test")


# Opens the site on the cluster behind one address, while the other leads there past all faults.
OpenSite = Callable[[str, str], AbstractContextManager[Site]]
