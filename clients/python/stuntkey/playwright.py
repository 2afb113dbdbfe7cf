"""Playwright: a Chromium whose pages use an authenticator that the test scripts."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from typing import Any, Iterator, Optional, Sequence, Tuple

from .browser import attach
from .server import Server


@contextmanager
def launched(
    browser_type: Any, *arguments: str, command: Optional[Sequence[str]] = None, **options: Any
) -> Iterator[Tuple[Any, Server]]:
    """Launches `playwright.chromium` (synchronous API) with a debugging port, and attaches. Further options go to `launch`.

    >>> with launched(playwright.chromium) as (browser, server):  # doctest: +SKIP
    ...     page = browser.new_page()
    ...     server.device.user.next(presence="decline")
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    args = [*options.pop("args", []), f"--remote-debugging-port={port}"]
    browser = browser_type.launch(args=args, **options)
    try:
        with attach(f"http://127.0.0.1:{port}", *arguments, command=command) as server:
            yield browser, server
    finally:
        browser.close()
