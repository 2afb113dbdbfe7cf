"""What the door answers instead of a result."""

from __future__ import annotations

from typing import Any, Mapping, Optional


class NotReachable(Exception):
    """There is no door: it could not be started, or does not answer."""


class DoorError(Exception):
    """The door refused a request. `code` is stable, for programs."""

    def __init__(self, status: int, error: Mapping[str, Any]) -> None:
        super().__init__(f"{error.get('code')}: {error.get('message')}")
        self.status = status
        self.name = str(error.get("name", ""))
        self.code = str(error.get("code", ""))
        self.message = str(error.get("message", ""))
        self.way_out: Optional[str] = error.get("wayOut")


class Refused(DoorError):
    """A ceremony, or a command of the device, was refused. `name` is that of the error that a page would get."""

    def __init__(self, status: int, error: Mapping[str, Any]) -> None:
        super().__init__(status, error)
        self.reason: Optional[str] = error.get("reason")
        self.step: Optional[str] = error.get("step")
        self.ctap_status: Optional[str] = error.get("status")
        #: The number of the ceremony in the authenticator's traces.
        self.trace: Optional[int] = error.get("trace")
        parts = [f"{self.name}: {self.message}"]
        if self.step is not None:
            parts.append(f"at: {self.step}")
        if self.reason is not None and self.reason != self.message:
            parts.append(f"because: {self.reason}")
        if self.way_out is not None:
            parts.append(f"what helps: {self.way_out}")
        self.args = ("\n".join(parts),)


def error_of(status: int, body: Any) -> DoorError:
    """The error that an answer is."""
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        error = {"name": "Error", "code": "no-answer", "message": f"expected JSON, got status {status}"}
    refused = status == 403 and error.get("code") not in ("from-a-page", "no-right", "not-a-page", "origin-not-listed")
    return (Refused if refused else DoorError)(status, error)
