"""Elasticsearch for tests and development, where there is no Docker (``make elasticsearch``)."""

from marketplace.setup.elasticsearch.node import Node, cluster, start_cluster

__all__ = ["Node", "cluster", "start_cluster"]
