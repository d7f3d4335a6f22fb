"""Rows that whoever sent them follows without an account: reference, private link, access code."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.hashers import make_password
from django.db import models
from django.utils.translation import gettext_lazy as _

from providers.keys import (
    derive_access_code,
    derive_token,
    fingerprint,
    new_reference,
    new_salt,
)


class KeyedRow(models.Model):
    """Link and code are derived from the salt (``providers.keys``); only their hashes are stored.

    ``key_purpose`` keeps the links of one kind of row from opening another.
    """

    reference = models.CharField(
        _("reference"), max_length=9, unique=True, default=new_reference, editable=False
    )
    key_salt = models.CharField(max_length=32, default=new_salt, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    code_hash = models.CharField(max_length=128, editable=False)
    code_tries = models.PositiveSmallIntegerField(default=0, editable=False)
    code_locked_until = models.DateTimeField(null=True, editable=False)

    key_purpose = "link"

    class Meta:
        abstract = True

    def save(self, *args, **kwargs) -> None:
        if not self.token_hash:
            salt, reference = self.key_salt, self.reference
            token = derive_token(salt, reference, purpose=self.key_purpose)
            self.token_hash = fingerprint(token)
            self.code_hash = make_password(derive_access_code(salt, reference))
        super().save(*args, **kwargs)

    @property
    def token(self) -> str:
        """The private link's secret; empty when the site's keys no longer make it."""
        return derive_token(
            self.key_salt, self.reference, purpose=self.key_purpose, expected=self.token_hash
        )

    @property
    def access_code(self) -> str:
        """The access code as it is shown once after sending."""
        return derive_access_code(self.key_salt, self.reference)

    @classmethod
    def by_token(cls, token: str) -> Self | None:
        """The row that a private link opens."""
        return cls._default_manager.filter(token_hash=fingerprint(token)).first()
