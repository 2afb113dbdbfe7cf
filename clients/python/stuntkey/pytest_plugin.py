"""Fixtures for pytest: `stuntkey`, an authenticator of the test's own, and `stuntkey_server`, the door of all tests.

A test that fails shows the last ceremony of its authenticator.
"""

from __future__ import annotations

from typing import Any, Generator, Iterator

import pytest

from .authenticator import Authenticator
from .errors import DoorError, NotReachable
from .server import Server, connect


@pytest.fixture(scope="session")
def stuntkey_server() -> Iterator[Server]:
    """The door that STUNTKEY_URL and STUNTKEY_TOKEN name, or else one that is started for these tests."""
    with connect() as server:
        yield server


@pytest.fixture
def stuntkey(stuntkey_server: Server, request: pytest.FixtureRequest) -> Iterator[Authenticator]:
    """An authenticator that nobody else has, gone after the test. The marker `stuntkey(model=..., origin=...)` says what it is."""
    marker = request.node.get_closest_marker("stuntkey")
    given = {} if marker is None else dict(marker.kwargs)
    with stuntkey_server.authenticator(**given) as authenticator:
        yield authenticator


def pytest_configure(config: Any) -> None:
    config.addinivalue_line("markers", "stuntkey(model, policy, user, seed, origin): what the fixture stuntkey is")


@pytest.hookimpl(hookwrapper=True)  # type: ignore
def pytest_runtest_makereport(item: Any, call: Any) -> Generator[None, Any, None]:
    outcome = yield
    report = outcome.get_result()
    authenticator = getattr(item, "funcargs", {}).get("stuntkey")
    if report.when != "call" or not report.failed or not isinstance(authenticator, Authenticator):
        return
    try:
        text = authenticator.trace()["text"]
    except (DoorError, NotReachable, LookupError):
        return
    report.sections.append(("the last ceremony", text))
