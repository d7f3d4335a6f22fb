"""Elasticsearch: documents, queries and the engine that reads their answers."""
