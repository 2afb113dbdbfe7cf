"""A browser whose pages use an authenticator: `stuntkey attach --http` beside it, over its remote debugging port."""

from __future__ import annotations

from typing import Optional, Sequence

from .door import Door
from .server import Server, command_of, run


def attach(
    browser_url: str,
    *arguments: str,
    command: Optional[Sequence[str]] = None,
) -> Server:
    """Lets the pages of a running Chromium use an authenticator in memory: `server.device`. Closing the server takes it away again.

    :param browser_url: where its remote debugging is, such as ``http://127.0.0.1:9222``
    """
    store = [] if "--store" in arguments else ["--store", ":memory:"]
    words = [*command_of(command), "attach", "--browser-url", browser_url, "--http", "--json", "--until-stdin-ends", *store, *arguments]
    told, process = run(words, "url")
    return Server(Door(told["url"], told["token"]), process)
