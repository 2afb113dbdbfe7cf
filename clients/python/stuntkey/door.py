"""Requests to a door, over a port or a Unix socket."""

from __future__ import annotations

import http.client
import json
import os
import socket
import ssl
import threading
import time
from typing import Any, Iterator, Mapping, Optional
from urllib.parse import urlencode, urlsplit

from .errors import NotReachable, error_of
from .events import Event, read_events

#: Seconds after which a connection that was not used is not trusted to be there: the door closes them after five.
_FRESH = 2.0


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str, timeout: Optional[float]) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class Door:
    """A door that is open somewhere. Threads may share one: each has a connection of its own.

    :param url: such as ``http://127.0.0.1:8100``
    :param token: what was printed at the start
    :param unix_socket: the path of a Unix socket, instead of the URL's host and port
    :param context: how HTTPS is checked; ``ssl.create_default_context(cafile=...)`` for a certificate of one's own
    :param timeout: seconds to wait for an answer; a ceremony may wait for a person
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        unix_socket: Optional[str] = None,
        context: Optional[ssl.SSLContext] = None,
        timeout: Optional[float] = 60.0,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or parts.hostname is None:
            raise ValueError(f"url: expected one such as http://127.0.0.1:8100, got {url!r}")
        self.url = url.rstrip("/")
        self.token = token
        self.unix_socket = unix_socket
        self.timeout = timeout
        self._scheme = parts.scheme
        self._host: str = parts.hostname
        self._port = parts.port
        self._context = context
        self._local = threading.local()

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        query: Optional[Mapping[str, Any]] = None,
    ) -> Any:
        """Asks, and returns what the answer's JSON is; None where it has no body.

        :raises DoorError: with the door's code; :class:`Refused` for a ceremony
        :raises NotReachable: where there is no door
        """
        response = self._send(self._connection(), method, path, body, query)
        try:
            data = response.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise NotReachable(f"the answer of {self.url} did not come to its end: {error}") from error
        self._local.used = time.monotonic()
        value = _json(data)
        if response.status >= 400:
            raise error_of(response.status, value)
        return value

    def events(self, path: str, after: Optional[int] = None) -> Iterator[Event]:
        """Events as they come, over a connection of their own, until the generator is closed or the door is."""
        connection = self._connect(None)
        try:
            query = None if after is None else {"after": after}
            response = self._send(connection, "GET", path, None, query)
            if response.status >= 400:
                raise error_of(response.status, _json(response.read()))
            yield from read_events(response)
        finally:
            connection.close()

    def close(self) -> None:
        """Closes this thread's connection; the next request opens another."""
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
        self._local.connection = None

    def _connection(self) -> http.client.HTTPConnection:
        connection: Optional[http.client.HTTPConnection] = getattr(self._local, "connection", None)
        if connection is not None and time.monotonic() - self._local.used < _FRESH:
            return connection
        self.close()
        connection = self._connect(self.timeout)
        self._local.connection = connection
        self._local.used = time.monotonic()
        return connection

    def _connect(self, timeout: Optional[float]) -> http.client.HTTPConnection:
        if self.unix_socket is not None:
            return _UnixConnection(self.unix_socket, timeout)
        if self._scheme == "https":
            context = self._context or ssl.create_default_context()
            return http.client.HTTPSConnection(self._host, self._port, timeout=timeout, context=context)
        return http.client.HTTPConnection(self._host, self._port, timeout=timeout)

    def _send(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        body: Any,
        query: Optional[Mapping[str, Any]],
    ) -> http.client.HTTPResponse:
        headers = {"Authorization": f"Bearer {self.token}"}
        data: Optional[bytes] = None
        if body is not None:
            data = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        given = {name: value for name, value in (query or {}).items() if value is not None}
        search = f"?{urlencode(given)}" if given else ""
        try:
            connection.request(method, path + search, data, headers)
            return connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            self._local.connection = None
            where = self.unix_socket or self.url
            raise NotReachable(f"expected a door at {where}, got {error or type(error).__name__}") from error


def _json(data: bytes) -> Any:
    if not data:
        return None
    try:
        return json.loads(data)
    except ValueError:
        return None


def from_environment() -> Optional[Door]:
    """The door that STUNTKEY_URL (or STUNTKEY_SOCKET) and STUNTKEY_TOKEN name; None where they do not."""
    url, path, token = (os.environ.get(f"STUNTKEY_{name}") for name in ("URL", "SOCKET", "TOKEN"))
    if token is None or (url is None and path is None):
        return None
    return Door(url or "http://localhost", token, unix_socket=path)
