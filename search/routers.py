"""Which database holds which table, where the site's own database is not SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING

from search.embedded_file import ALIAS

if TYPE_CHECKING:
    from django.db.models import Model

# The embedded engine's models; what else this app stores lies with the site's content.
EMBEDDED = frozenset({"indexedentry", "indexchange", "typedform"})


class EmbeddedRouter:
    """The embedded engine's tables lie in a file of each host, everything else in the database.

    A migration's operation without a model says by the hint ``embedded`` that it belongs there.
    """

    def db_for_read(self, model: type[Model], **hints) -> str | None:
        return ALIAS if _is_embedded(model._meta.app_label, model._meta.model_name) else None

    db_for_write = db_for_read

    def allow_migrate(
        self, db: str, app_label: str, model_name: str | None = None, **hints
    ) -> bool:
        embedded = hints.get("embedded", False) or _is_embedded(app_label, model_name)
        return embedded == (db == ALIAS)


def _is_embedded(app_label: str, model_name: str | None) -> bool:
    return app_label == "search" and model_name in EMBEDDED
