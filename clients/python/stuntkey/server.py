"""A door of one's own, or one that is open already."""

from __future__ import annotations

import json
import os
import shutil
import ssl
import subprocess
import threading
from types import TracebackType
from typing import IO, Any, Dict, List, Mapping, Optional, Sequence, Type, cast

from .authenticator import Authenticator
from .door import Door, from_environment
from .errors import NotReachable
from .types import Options, Verdict


class Server:
    """A door, and the authenticators behind it. As a context manager it stops what it has started."""

    def __init__(self, door: Door, process: "Optional[subprocess.Popen[bytes]]" = None) -> None:
        self.door = door
        self._process = process
        #: The door's own device.
        self.device = Authenticator(door)

    def __enter__(self) -> "Server":
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()

    def authenticator(
        self,
        name: Optional[str] = None,
        *,
        model: Optional[str] = None,
        policy: Optional[Mapping[str, Any]] = None,
        user: Optional[Mapping[str, Any]] = None,
        seed: Optional[str] = None,
        origin: Optional[str] = None,
    ) -> Authenticator:
        """Makes an authenticator with a name, a person and a store of its own, which is in memory."""
        given = {"name": name, "model": model, "policy": policy, "user": user, "seed": seed}
        body = {member: value for member, value in given.items() if value is not None}
        made = self.door.request("POST", "/authenticators", body)
        return Authenticator(self.door, made["name"], origin)

    def decode(self, value: Any, **how: Any) -> Dict[str, Any]:
        """Says what a blob is, and what is in it: `kind`, `value`, `text`."""
        return cast(Dict[str, Any], self.door.request("POST", "/decode", {"value": value, **how}))

    def verify(self, response: Any, options: Options, origins: Sequence[str], **expected: Any) -> Verdict:
        """Judges a response as a relying party does, check by check."""
        given = json.loads(options) if isinstance(options, str) else options
        body = {"response": response, "options": given, "origins": list(origins), **expected}
        return cast(Verdict, self.door.request("POST", "/verify", body))

    def convert(self, value: Any, source: str, target: str, **known: Any) -> Any:
        """Converts credentials from one format to another."""
        body = {"from": source, "to": target, "value": value, **known}
        return self.door.request("POST", "/convert", body)["value"]

    def close(self) -> None:
        """Stops the door, if this has started it."""
        self.door.close()
        process, self._process = self._process, None
        if process is None:
            return
        cast("IO[bytes]", process.stdin).close()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def connect() -> Server:
    """The door that STUNTKEY_URL (or STUNTKEY_SOCKET) and STUNTKEY_TOKEN name, or else one that is started, and stopped at the end."""
    door = from_environment()
    return start() if door is None else Server(door)


def start(
    *arguments: str,
    command: Optional[Sequence[str]] = None,
    context: Optional[ssl.SSLContext] = None,
) -> Server:
    """Starts `stuntkey serve --http`, with a device in memory unless the arguments name a store.

    :param command: what stuntkey is; else STUNTKEY_COMMAND, or `stuntkey` in PATH or node_modules
    :param context: how the certificate of `--tls-cert` is checked
    :raises NotReachable: where it does not start; its own words are on stderr
    """
    store = [] if "--store" in arguments else ["--store", ":memory:"]
    told, process = run([*command_of(command), "serve", "--http", "--json", "--until-stdin-ends", *store, *arguments], "url")
    token = told.get("token") or os.environ.get("STUNTKEY_TOKEN")
    if token is None:
        process.terminate()
        raise NotReachable("--token-file: expected STUNTKEY_TOKEN in the environment beside it")
    return Server(Door(told["url"], token, unix_socket=told.get("socket"), context=context), process)


def command_of(command: Optional[Sequence[str]]) -> List[str]:
    """The words that start stuntkey."""
    if command is not None:
        return list(command)
    given = os.environ.get("STUNTKEY_COMMAND")
    if given:
        return given.split()
    local = os.path.join("node_modules", ".bin", "stuntkey")
    found = shutil.which("stuntkey") or (local if os.path.exists(local) else None)
    if found is None:
        raise NotReachable(
            "expected stuntkey in PATH or node_modules, got none: npm install stuntkey, or say where it is in STUNTKEY_COMMAND"
        )
    return [found]


def run(words: Sequence[str], member: str) -> "tuple[Dict[str, Any], subprocess.Popen[bytes]]":
    """Starts it, and waits for the line that has a member. It stops when its stdin ends, as it does with this program."""
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    for line in cast("IO[bytes]", process.stdout):
        told = json.loads(line)
        if member in told:
            # What it says from now on must not fill the pipe. (The thread keeps the process, and with it the other pipe.)
            threading.Thread(target=_drain, args=(process,), daemon=True).start()
            return told, process
    status = process.wait()
    raise NotReachable(f"expected {' '.join(words)} to start, got its end with status {status}")


def _drain(process: "subprocess.Popen[bytes]") -> None:
    with cast("IO[bytes]", process.stdout) as stdout:
        for _ in stdout:
            pass
