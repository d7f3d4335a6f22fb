"""A worker in a process of its own, which an outage must not end."""

import subprocess

import pytest

from marketplace.setup.machine import until
from search.models import IndexTarget, OutboxRow
from tests.engines.faulty import WRONG
from tests.faults.processes import started
from tests.faults.proxy import Proxy, passes
from tests.faults.site import Site

pytestmark = pytest.mark.django_db(transaction=True)

LIVE, PREVIOUS = IndexTarget.State.LIVE, IndexTarget.State.PREVIOUS
# What a worker may need to start, to try again, and to end (seconds).
SOON = 60


def test_it_outlives_an_outage_and_ends_when_it_is_told_to(site: Site, proxy: Proxy) -> None:
    proxy.behave(WRONG["no master"])
    site.change_everything()
    proxy.seen.clear()
    with started("search_worker", "--every=0.2") as worker:
        # Each time it waits longer.
        assert until(lambda: len(proxy.seen) >= 3, SOON), worker.poll()
        assert OutboxRow.objects.exists()
        proxy.behave(passes)
        assert until(lambda: not OutboxRow.objects.exists(), SOON)
        end(worker)
    site.is_whole_again()


def end(worker: subprocess.Popen[str]) -> None:
    """Tell it to end, which it does when it has finished what it is at."""
    worker.terminate()
    worker.wait(timeout=SOON)
    assert worker.returncode == 0, worker.stderr.read()


@pytest.mark.parametrize("lost", [[LIVE], [PREVIOUS], [LIVE, PREVIOUS]])
def test_it_makes_good_what_was_removed(lost: list[str], site: Site) -> None:
    """Nobody changes anything meanwhile, so no change can meet with it."""
    gone = {index for index, state in site.targets.items() if state in lost}
    for index in gone:
        site.cluster.indices.delete(index=index)
    with started("search_worker", "--every=0.2") as worker:
        assert until(lambda: site.searched() == {site.live} and not gone & set(site.targets), SOON)
        end(worker)
    assert site.live not in gone
    site.is_whole_again()
