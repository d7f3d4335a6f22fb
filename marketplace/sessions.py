"""Sessions in the database, under keys of the form that Django makes."""

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    """Takes a key that no session can have for none: PostgreSQL would fail on a NUL in it."""

    def _validate_session_key(self, key: str | None) -> bool:
        return bool(super()._validate_session_key(key)) and key.isalnum()
