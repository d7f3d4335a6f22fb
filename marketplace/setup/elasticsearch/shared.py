"""The Elasticsearch that a developer and the test runs share: one node, or a cluster of three."""

import shutil
import time
from pathlib import Path

from marketplace.setup.elasticsearch import distribution
from marketplace.setup.elasticsearch.node import Node, cluster, start_cluster
from marketplace.setup.machine import SetupError, free_port, servers_folder
from marketplace.setup.shared_server import SharedServer

# The usual ones first; where they are taken, another server runs there and is left alone.
PORTS = range(9200, 9210)
TRANSPORT_PORTS = range(9300, 9310)
CLUSTER_PORTS = (9211, 9212, 9213)


class ElasticsearchServer(SharedServer):
    """What one node and three have in common."""

    def prepare(self) -> None:
        distribution.prepare(servers_folder())

    def fetch(self) -> None:
        """Fetch the server without starting it."""
        self.prepare()
        print(f"Elasticsearch {distribution.VERSION} lies in {self.home()}")

    def home(self) -> Path:
        return distribution.fetched(servers_folder())


class SingleNode(ElasticsearchServer):
    name = "Elasticsearch"
    command = "make elasticsearch"
    folder_name = "elasticsearch"
    variables = ("TEST_ELASTICSEARCH_URL", "ELASTICSEARCH_URL")

    def running(self) -> str | None:
        node = self._node()
        return node.url if node else None

    def launch(self) -> str:
        node = Node(
            self.home(),
            self.folder,
            port=free_port(PORTS),
            transport_port=free_port(TRANSPORT_PORTS),
            heap="1g",
            # As a server is run in earnest, for measurements too.
            java_options=(),
        )
        started = time.monotonic()
        print("Starting Elasticsearch ...", flush=True)
        node.launch(detached=True)
        node.wait_ready()
        print(f"Ready after {time.monotonic() - started:.0f} s.", flush=True)
        return node.url

    def end(self) -> bool:
        node = self._node()
        if node:
            node.stop()
        return node is not None

    def version(self) -> str:
        node = self._node()
        if node is None:
            raise SetupError("Elasticsearch is not running")
        return node.version()

    def _node(self) -> Node | None:
        return Node.found(distribution.home(servers_folder()), self.folder)


class ThreeNodes(ElasticsearchServer):
    """Three nodes of one cluster; it begins empty, and counts as running while any node runs."""

    name = "Elasticsearch cluster"
    command = "make elasticsearch-cluster"
    folder_name = "elasticsearch-cluster"

    def running(self) -> str | None:
        nodes = self._nodes()
        return " ".join(node.url for node in nodes) if nodes else None

    def launch(self) -> str:
        for left in self.folder.glob("node-*"):
            shutil.rmtree(left)
        ports = [free_port([port]) for port in CLUSTER_PORTS]
        nodes = cluster(self.home(), self.folder, ports=ports)
        started = time.monotonic()
        print("Starting three nodes of Elasticsearch ...", flush=True)
        try:
            start_cluster(nodes, detached=True)
        except BaseException:
            self.end()
            raise
        print(f"Ready after {time.monotonic() - started:.0f} s.", flush=True)
        return " ".join(node.url for node in nodes)

    def end(self) -> bool:
        nodes = self._nodes()
        for node in nodes:
            node.stop()
        return bool(nodes)

    def version(self) -> str:
        nodes = self._nodes()
        if not nodes:
            raise SetupError("the cluster is not running")
        return nodes[0].version()

    def _nodes(self) -> list[Node]:
        home = distribution.home(servers_folder())
        found = (Node.found(home, folder) for folder in sorted(self.folder.glob("node-*")))
        return [node for node in found if node]
