"""Keeping robots and floods out without a puzzle for people."""

from __future__ import annotations

import hashlib
import ipaddress
import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

HOUR = 3600


def client_address(request: HttpRequest) -> str:
    """The caller's address; ``X-Forwarded-For`` counts only as far as trusted proxies wrote it."""
    proxies = settings.TRUSTED_PROXIES
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if proxies and len(hops) >= proxies:
        return hops[-proxies].strip()
    return request.META.get("REMOTE_ADDR", "")


def counted_address(request: HttpRequest) -> str:
    """What acts are counted by: an IPv4 address, or the /64 that one IPv6 connection has."""
    written = client_address(request)
    try:
        address = ipaddress.ip_address(written)
    except ValueError:
        return written
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(address), 64), strict=False))


def within_limit(request: HttpRequest, act: str, limit: int) -> bool:
    """Count an act of this address and say whether it is within the limit of this clock hour."""
    return within_limit_of(counted_address(request), act, limit)


def within_limit_of(who: str, act: str, limit: int) -> bool:
    """As ``within_limit``, for whoever the act is counted of.

    Only a keyed hash of ``who`` is kept, and only for the hour that is counted. The count may
    lose one of two acts in the same instant; it is a brake, not a book.
    """
    mark = salted_hmac("providers.limit", who).hexdigest()
    hour = int(time.time()) // HOUR
    key = "limit:" + hashlib.sha256(f"{act}:{mark}:{hour}".encode()).hexdigest()
    count = cache.get(key, 0) + 1
    cache.set(key, count, HOUR)
    return count <= limit
