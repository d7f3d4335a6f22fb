"""What a new process of an arena already has, because it is a copy of one that has imported it."""

import django

django.setup()

# Read by the first change or answer of a process otherwise.
from search.engines.elasticsearch import documents  # noqa: E402
from tests.truth import acts, dying, editing, sabotage, working  # noqa: E402, F401

documents.fingerprint()
