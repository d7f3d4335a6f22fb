"""Start and stop the Elasticsearch of this machine.

python -m marketplace.setup.elasticsearch start|stop|status|fetch [--cluster]
"""

import argparse

from marketplace.setup.elasticsearch.shared import SingleNode, ThreeNodes
from marketplace.setup.shared_server import ACTIONS, act


def main() -> None:
    parser = argparse.ArgumentParser(description="Elasticsearch for development and tests")
    parser.add_argument("action", choices=[*ACTIONS, "fetch"])
    parser.add_argument("--cluster", action="store_true", help="three nodes instead of one")
    chosen = parser.parse_args()
    server = ThreeNodes() if chosen.cluster else SingleNode()
    if chosen.action == "fetch":
        act(server.fetch)
    else:
        act(lambda: ACTIONS[chosen.action](server))


if __name__ == "__main__":
    main()
