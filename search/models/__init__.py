from search.models.embedded import IndexChange, IndexedEntry, TypedForm
from search.models.outbox import IndexTarget, OutboxRow, SearchVersion

__all__ = [
    "IndexChange",
    "IndexTarget",
    "IndexedEntry",
    "OutboxRow",
    "SearchVersion",
    "TypedForm",
]
