"""A worker process of the site: asks its own pages in a row. Started by ``tests.bench.outage``.

Reads a list of addresses, gets each page once, says "ready", reads for how many seconds to go on,
and writes what it saw: start, duration, status and requests to the cluster of each page.
"""

from __future__ import annotations

import json
import sys
import time
from importlib import import_module
from itertools import cycle

# Seconds between two pages: the machine shall not be what visitors wait for.
_BREATH = 0.1


def main() -> None:
    # As a server does that runs the site.
    import_module("marketplace.wsgi")
    from django.test import Client

    from tests.bench.instruments import watched_wire

    client = Client()
    addresses = json.loads(sys.stdin.readline())
    for address in addresses:
        engine = client.get(address)["X-Search-Engine"]
        if engine != "elasticsearch":
            raise RuntimeError(f"The cluster should answer, but it was {engine}.")
    say("ready")
    end = time.time() + float(sys.stdin.readline())
    visits = []
    with watched_wire() as wire:
        for address in cycle(addresses):
            start = time.time()
            if start >= end:
                break
            wire.clear()
            response = client.get(address)
            visits.append((start, time.time() - start, response.status_code, wire.requests))
            time.sleep(_BREATH)
    say(json.dumps(visits))


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
