"""HTTP exchanges that end by a moment on the wall clock, whatever the other side does.

A time-out of a socket counts anew with each byte that arrives: a server that drips holds its caller
for as long as it likes. Here every wait of an exchange (name, connection, handshake, sending, each
read) gets only what is left of the whole, so nothing has to be cut off from outside.
"""

from __future__ import annotations

import http.client
import io
import math
import os
import socket
import time
from concurrent.futures import Future
from contextvars import ContextVar, Token
from threading import Lock, Thread

import urllib3.connection
from elastic_transport import (
    ApiResponseMeta,
    ConnectionError,  # noqa: A004 the client's own, which it tries again after
    ConnectionTimeout,
    HttpHeaders,
    NodeConfig,
    Transport,
    TransportApiResponse,
    Urllib3HttpNode,
)
from elastic_transport.client_utils import DEFAULT, DefaultType
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.connection import create_connection

# The moment by which what runs now must end, on the monotonic clock.
_ends_at: ContextVar[float] = ContextVar("ends_at", default=math.inf)
# The part of what is left then that connecting to one address of the cluster may take.
_share: ContextVar[float] = ContextVar("share", default=1.0)
# Under this name a node knows how many addresses the cluster has.
_ADDRESSES = "_marketplace_addresses"


class Deadline:
    """All exchanges inside the ``with`` block share so many seconds; an outer one still counts."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __enter__(self) -> Deadline:
        self._moment = min(_ends_at.get(), time.monotonic() + self.seconds)
        self._token: Token[float] = _ends_at.set(self._moment)
        return self

    def __exit__(self, *_error: object) -> None:
        _ends_at.reset(self._token)

    @property
    def has_passed(self) -> bool:
        return time.monotonic() >= self._moment


def remaining() -> float | None:
    """Seconds left, as a socket wants them: None is no limit."""
    moment = _ends_at.get()
    if moment == math.inf:
        return None
    left = moment - time.monotonic()
    if left <= 0:
        raise TimeoutError("The time for this exchange is over.")
    return left


class NoConnectionInTime(ConnectionError):
    """An address took no connection in its share of the time: another one may be asked."""


def one_of(number: int, config: NodeConfig) -> NodeConfig:
    """One of so many addresses of a cluster."""
    return config.replace(_extras={_ADDRESSES: number})


class PatientTransport(Transport):
    """Tells a caller who has waited for a connection in vain that it was a matter of time."""

    def perform_request(self, *args, **kwargs) -> TransportApiResponse:
        try:
            return super().perform_request(*args, **kwargs)
        except ConnectionError as error:
            if any(isinstance(each, NoConnectionInTime) for each in (error, *error.errors)):
                raise ConnectionTimeout(str(error), errors=error.errors) from error
            raise


class DeadlineNode(Urllib3HttpNode):
    """The client's way to the cluster; ``request_timeout`` is the limit of the whole exchange.

    A machine that is gone takes no connection and does not say so. Connecting therefore gets a
    share of the time, so that some is left for the other addresses.
    """

    def __init__(self, config: NodeConfig) -> None:
        super().__init__(config)
        self._process = os.getpid()
        self._share = 1 / config._extras.get(_ADDRESSES, 1)
        secure = config.scheme == "https"
        self.pool.ConnectionCls = _SecureConnection if secure else _PlainConnection
        # More threads than connections open further ones: waiting for one would know no limit.
        self.pool.block = False

    def perform_request(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: HttpHeaders | None = None,
        request_timeout: DefaultType | float | None = DEFAULT,
    ) -> tuple[ApiResponseMeta, bytes]:
        if self._process != os.getpid():
            # A forked process must not speak on the connections of its parent.
            self.__init__(self.config)
        seconds = self.config.request_timeout if request_timeout is DEFAULT else request_timeout
        token = _share.set(self._share)
        try:
            with Deadline(math.inf if seconds is None else seconds) as deadline:
                return super().perform_request(method, target, body, headers, request_timeout)
        except ConnectionTimeout as error:
            if deadline.has_passed:
                raise
            raise NoConnectionInTime(str(error), errors=error.errors) from error
        finally:
            _share.reset(token)


class _Reader(io.RawIOBase):
    """The bytes of an answer; each read waits no longer than the exchange may still take."""

    def __init__(self, connected: socket.socket, raw: io.RawIOBase) -> None:
        super().__init__()
        self._socket = connected
        self._raw = raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int | None:
        self._socket.settimeout(remaining())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        if not self.closed:
            super().close()
            self._raw.close()


class _Response(http.client.HTTPResponse):
    def __init__(self, connected: socket.socket, *args, **kwargs) -> None:
        super().__init__(connected, *args, **kwargs)
        self.fp = io.BufferedReader(_Reader(connected, self.fp.detach()))

    def begin(self) -> None:
        super().begin()
        if self.length is None and not self.chunked:
            # It would end where the connection does, and one that was cut off look like a whole.
            raise http.client.IncompleteRead(b"")


class _WithinDeadline:
    """What a connection does differently to keep within the time that is left."""

    response_class = _Response

    def _new_conn(self) -> socket.socket:
        try:
            left = remaining()
            with Deadline(math.inf if left is None else left * _share.get()):
                connected = self._connected()
            # For the handshake of TLS, which comes next.
            connected.settimeout(remaining())
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(self, f"No connection to {self.host} in time") from error
        except (OSError, UnicodeError) as error:
            raise NewConnectionError(self, f"No connection to {self.host}: {error}") from error
        return connected

    def _connected(self) -> socket.socket:
        """A socket connected to the first address of the host that takes it."""
        addresses = _lookups.addresses(self._dns_host, self.port)
        for at, address in enumerate(addresses, start=1):
            left = remaining()
            # A dead address must leave time for the others.
            share = None if left is None else left / (len(addresses) - at + 1)
            try:
                return create_connection((address, self.port), share, None, self.socket_options)
            except OSError:
                if at == len(addresses):
                    raise
        raise socket.gaierror(socket.EAI_NONAME, "The name has no address")

    def send(self, data: bytes) -> None:
        if self.sock is not None:
            self.sock.settimeout(remaining())
        super().send(data)


class _PlainConnection(_WithinDeadline, urllib3.connection.HTTPConnection):
    pass


class _SecureConnection(_WithinDeadline, urllib3.connection.HTTPSConnection):
    pass


class _Lookups:
    """Addresses of host names.

    The system's resolver knows no limit and cannot be interrupted, so it is asked in a thread of
    its own, at most one for a name at any time, which ends when the resolver gives up.
    """

    def __init__(self) -> None:
        self.start_anew()

    def start_anew(self) -> None:
        """In a forked process the threads of its parent do not run."""
        self._lock = Lock()
        self._running: dict[str, Future[list[str]]] = {}

    def addresses(self, host: str, port: int) -> list[str]:
        """All addresses of a host, in the resolver's order; TimeoutError when it takes too long."""
        try:
            return _resolve(host, port, socket.AI_NUMERICHOST)
        except (socket.gaierror, UnicodeError):
            return self._asked(host, port).result(remaining())

    def _asked(self, host: str, port: int) -> Future[list[str]]:
        with self._lock:
            found = self._running.get(host)
            if found is None:
                found = self._running[host] = Future()
                Thread(target=self._ask, args=(host, port, found), daemon=True).start()
        return found

    def _ask(self, host: str, port: int, found: Future[list[str]]) -> None:
        try:
            found.set_result(_resolve(host, port))
        except Exception as error:  # whoever waits gets it
            found.set_exception(error)
        finally:
            del self._running[host]


def _resolve(host: str, port: int, flags: int = 0) -> list[str]:
    found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM, flags=flags)
    return list(dict.fromkeys(address[0] for *_rest, address in found))


_lookups = _Lookups()
os.register_at_fork(after_in_child=_lookups.start_anew)
