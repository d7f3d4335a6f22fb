"""The mark under which a mail goes out, and by which it is known again where it comes back.

It holds which message this is and a digest of the address, encrypted and authenticated (AES-SIV,
RFC 5297): it tells nobody how many messages there are, and nobody can make one for another's
message, so that no invented report declares somebody's address dead. The same message to the same
address always has the same mark. It is 45 small letters and digits long, to stand in a return path:
mail servers fold letters and take 64 characters before the ``@`` (RFC 5321, 4.5.3.1).
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings

from providers.delivery.sources import Source, sources
from providers.sealing import derived_keys

PURPOSE = "returned-mail"
NUMBER_BYTES, DIGEST_BYTES = 6, 6
LENGTH = 45
MARK = re.compile(rb"(?<![a-z2-7])[a-z2-7]{%d}(?![a-z2-7])" % LENGTH, re.IGNORECASE)
# Encoded pictures hold such words by chance; so many are tried in one mail.
MOST_TRIED = 100


@dataclass(frozen=True)
class Sent:
    """What a mark says: the message, and to which address it went."""

    source: Source
    pk: int
    digest: bytes

    def was_to(self, address: str) -> bool:
        return bool(address) and digest_of(address) == self.digest


def mark_for(source: str, pk: int, address: str) -> str:
    """The mark of a message of a source (``Source.name``) to an address."""
    key = derived_keys(PURPOSE, 64)[0]
    said = pk.to_bytes(NUMBER_BYTES) + digest_of(address)
    sealed = AESSIV(key).encrypt(said, [source.encode()])
    return base64.b32encode(sealed).decode().rstrip("=").lower()


def digest_of(address: str) -> bytes:
    return hashlib.sha256(address.strip().lower().encode()).digest()[:DIGEST_BYTES]


def return_path(mark: str) -> str:
    """Where a mail with this mark comes back to; empty leaves it to the sender's own address."""
    return settings.BOUNCE_ADDRESS.replace("*", mark)


def sent_as(mail: Message) -> Sent | None:
    """The message that a mail speaks of: the first mark of ours in its headings or anywhere in it.

    An invented or damaged mark is none.
    """
    keys = [AESSIV(key) for key in derived_keys(PURPOSE, 64)]
    for count, found in enumerate(words_like_marks(mail)):
        if count == MOST_TRIED:
            break
        if (sent := opened(found, keys)) is not None:
            return sent
    return None


def words_like_marks(mail: Message) -> Iterable[bytes]:
    """Headings before contents, the report's own before those of the mail that came back."""
    for part in mail.walk():
        for _name, value in part.raw_items():
            yield from MARK.findall(str(value).encode("ascii", "replace"))
    for part in mail.walk():
        if not part.is_multipart():
            yield from MARK.findall(part.get_payload(decode=True) or b"")


def opened(mark: bytes, keys: list[AESSIV]) -> Sent | None:
    sealed = base64.b32decode(mark.upper() + b"===")
    for source in sources():
        for key in keys:
            try:
                said = key.decrypt(sealed, [source.name.encode()])
            except InvalidTag:
                continue
            return Sent(source, int.from_bytes(said[:NUMBER_BYTES]), said[NUMBER_BYTES:])
    return None
