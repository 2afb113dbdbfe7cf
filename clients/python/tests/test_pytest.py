"""The fixtures, by pytest itself. The last test fails on purpose where STUNTKEY_FAIL is set: the report has to show why."""

from __future__ import annotations

import os

import pytest

from stuntkey import Authenticator, Refused, Server

REQUEST = {"challenge": "Y2hhbGxlbmdl", "rpId": "example.com"}
CREATION = {
    "rp": {"name": "Example", "id": "example.com"},
    "user": {"id": "YWRh", "name": "ada", "displayName": "Ada"},
    "challenge": "Y2hhbGxlbmdl",
    "pubKeyCredParams": [{"type": "public-key", "alg": -7}],
    "authenticatorSelection": {"residentKey": "required"},
}


@pytest.mark.stuntkey(origin="https://example.com", model="yubikey-5-nfc")
def test_has_a_device_of_its_own(stuntkey: Authenticator, stuntkey_server: Server) -> None:
    registered = stuntkey.create(CREATION)
    assert stuntkey_server.verify(registered, CREATION, ["https://example.com"])["verified"]


@pytest.mark.stuntkey(origin="https://example.com")
def test_that_no_other_test_had(stuntkey: Authenticator) -> None:
    with pytest.raises(Refused, match="NotAllowedError"):
        stuntkey.get(REQUEST)


@pytest.mark.skipif("STUNTKEY_FAIL" not in os.environ, reason="it fails on purpose")
@pytest.mark.stuntkey(origin="https://example.com")
def test_that_fails_shows_its_ceremony(stuntkey: Authenticator) -> None:
    stuntkey.get(REQUEST)
