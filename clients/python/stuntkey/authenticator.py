"""An authenticator behind a door: its ceremonies, its person, its credentials."""

from __future__ import annotations

import json
from types import TracebackType
from typing import Any, Dict, Iterator, List, Mapping, Optional, Type, Union, cast
from urllib.parse import quote

from .door import Door
from .events import Event
from .types import AuthenticationResponse, Credential, Options, RegistrationResponse, Trace


class User:
    """The person in front of the authenticator. What is not said is approved.

    `presence`: approve, decline, ignore. `verification`: these, or fail. `account`: a user's name, or its place, 0 being the newest. `pin`: a
    text, or None for a dialog that is closed.
    """

    def __init__(self, door: Door, path: str) -> None:
        self._door = door
        self._path = path

    def use(self, **script: Any) -> None:
        """Says how the person behaves from now on."""
        self._door.request("PUT", f"{self._path}/user", script)

    def next(self, **script: Any) -> None:
        """Says what the person does once, at the next prompt of that kind; further calls queue up."""
        self._door.request("POST", f"{self._path}/user/next", script)

    def reset(self) -> None:
        """Makes the person approve everything again."""
        self._door.request("DELETE", f"{self._path}/user")


class Authenticator:
    """One authenticator. As a context manager it forgets itself at the end, if it has a name.

    :param name: None for the door's own device, which keeps what it has
    :param origin: where ceremonies are, if they do not say it
    """

    def __init__(self, door: Door, name: Optional[str] = None, origin: Optional[str] = None) -> None:
        self.door = door
        self.name = name
        self.origin = origin
        self.path = "" if name is None else f"/authenticators/{quote(name, safe='')}"
        self.user = User(door, self.path)

    def __enter__(self) -> "Authenticator":
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        if self.name is not None:
            self.forget()

    def create(self, options: Options, origin: Optional[str] = None, **how: Any) -> RegistrationResponse:
        """Registers: what `navigator.credentials.create()` does in a page at `origin`.

        :raises Refused: as a page would be, with what a page would not be told
        """
        return cast(RegistrationResponse, self._ceremony("create", options, origin, how))

    def get(self, options: Options, origin: Optional[str] = None, **how: Any) -> AuthenticationResponse:
        """Signs in: what `navigator.credentials.get()` does. `mediation`, `topOrigin` and the like go by their names."""
        return cast(AuthenticationResponse, self._ceremony("get", options, origin, how))

    def fault(self, fault: str, **given: Any) -> None:
        """Makes the next ceremony of the fault's kind wrong, such as `signature-from-other-key`; docs/faults.md has all."""
        self._request("POST", "/faults/next", {"fault": fault, **given})

    def forget_faults(self) -> None:
        self._request("DELETE", "/faults/next")

    def credentials(self, rp_id: Optional[str] = None) -> Iterator[Credential]:
        """All credentials, page by page, without their secrets."""
        after: Optional[str] = None
        while True:
            page = self._request("GET", "/credentials", query={"rpId": rp_id, "after": after})
            yield from page["credentials"]
            after = page.get("next")
            if after is None:
                return

    def change(self, credential_id: str, **changes: Any) -> Credential:
        """Changes `signCount`, `userName`, `userDisplayName`, `backupEligible`, `backupState`."""
        return cast(Credential, self._request("PATCH", f"/credentials/{credential_id}", changes))

    def delete(self, credential_id: str) -> None:
        self._request("DELETE", f"/credentials/{credential_id}")

    def restore(self, credential_id: str) -> Credential:
        """Brings the credential back that was deleted last."""
        return cast(Credential, self._request("POST", f"/credentials/{credential_id}/restore"))

    def import_credentials(self, value: Any, format: str = "stuntkey", **known: Any) -> List[Credential]:
        answer = self._request("POST", "/credentials", {"format": format, "value": value, **known})
        return cast(List[Credential], answer["credentials"])

    def export(self, format: str = "stuntkey") -> Any:
        """Credentials with their private keys. The token needs the right `keys`."""
        return self._request("GET", "/export", query={"format": format})["value"]

    def set_pin(self, new_pin: str, pin: Optional[str] = None) -> None:
        """Sets the first PIN; or another, with the one that is set."""
        self._request("PUT", "/pin", {"newPin": new_pin, **({} if pin is None else {"pin": pin})})

    def pin(self) -> Dict[str, Any]:
        return cast(Dict[str, Any], self._request("GET", "/pin"))

    def power_cycle(self) -> None:
        self._request("POST", "/power-cycle")

    def reset(self) -> None:
        self._request("POST", "/reset")

    def info(self) -> Dict[str, Any]:
        return cast(Dict[str, Any], self._request("GET", "/info"))

    def traces(self) -> List[Dict[str, Any]]:
        """The last ceremonies in a few words each, the newest first."""
        return cast(List[Dict[str, Any]], self._request("GET", "/traces")["traces"])

    def trace(self, number: Optional[int] = None) -> Trace:
        """A ceremony in whole; without a number the newest. `trace()["text"]` is for people."""
        if number is None:
            newest = self.traces()
            if not newest:
                raise LookupError("this authenticator has had no ceremony yet")
            number = newest[0]["number"]
        return cast(Trace, self._request("GET", f"/traces/{number}"))

    def events(self, after: Optional[int] = None) -> Iterator[Event]:
        """What happens, as it happens; `after=0` begins with what is kept."""
        return self.door.events(f"{self.path}/events", after)

    def forget(self) -> None:
        """Takes it off the door, with all that it has. Only for one with a name."""
        if self.name is None:
            raise ValueError("expected an authenticator with a name, got the door's own device")
        self.door.request("DELETE", self.path)

    def _ceremony(self, what: str, options: Options, origin: Optional[str], how: Mapping[str, Any]) -> Any:
        at = origin or self.origin
        if at is None:
            raise ValueError("origin: expected one such as https://login.example.com, got none")
        return self._request("POST", f"/{what}", {"origin": at, "options": _mapping(options), **how})

    def _request(
        self, method: str, path: str, body: Any = None, query: Optional[Mapping[str, Any]] = None
    ) -> Any:
        return self.door.request(method, self.path + path, body, query)


def _mapping(options: Union[Mapping[str, Any], str]) -> Mapping[str, Any]:
    return cast(Mapping[str, Any], json.loads(options)) if isinstance(options, str) else options
