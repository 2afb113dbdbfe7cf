"""Selenium: the pages of a driver's browser use an authenticator that the test scripts."""

from __future__ import annotations

from typing import Any, Optional, Sequence

from .browser import attach as attach_to
from .server import Server


def attach(driver: Any, *arguments: str, command: Optional[Sequence[str]] = None) -> Server:
    """Attaches to the browser of a driver for Chrome, Chromium or Edge.

    >>> with attach(driver) as server:  # doctest: +SKIP
    ...     driver.get("https://localhost:8443/login")
    ...     server.device.user.next(presence="decline")
    """
    for vendor in ("goog", "ms"):
        address = driver.capabilities.get(f"{vendor}:chromeOptions", {}).get("debuggerAddress")
        address = address or driver.capabilities.get(f"{vendor}:edgeOptions", {}).get("debuggerAddress")
        if address:
            return attach_to(f"http://{address}", *arguments, command=command)
    raise ValueError("driver: expected one of Chrome, Chromium or Edge, which say where their debugging port is")
