"""The client before a door that it starts itself: STUNTKEY_COMMAND says what stuntkey is."""

from __future__ import annotations

import json
import os
import tempfile
import threading
import unittest
from typing import Any, Dict, List

import stuntkey
from stuntkey.door import Door
from stuntkey.events import read_events

ORIGIN = "https://example.com"


def creation(name: str = "ada") -> Dict[str, Any]:
    return {
        "rp": {"name": "Example", "id": "example.com"},
        "user": {"id": "YWRh", "name": name, "displayName": name},
        "challenge": "Y2hhbGxlbmdl",
        "pubKeyCredParams": [{"type": "public-key", "alg": -7}],
        "authenticatorSelection": {"residentKey": "required"},
    }


REQUEST = {"challenge": "Y2hhbGxlbmdl", "rpId": "example.com"}


class ClientTest(unittest.TestCase):
    server: stuntkey.Server

    @classmethod
    def setUpClass(cls) -> None:
        cls.server = stuntkey.start("--token-rights", "keys")

    @classmethod
    def tearDownClass(cls) -> None:
        cls.server.close()

    def setUp(self) -> None:
        self.key = self.server.authenticator(origin=ORIGIN)
        self.addCleanup(self.key.forget)

    def test_registers_and_signs_in(self) -> None:
        registered = self.server.verify(self.key.create(creation()), creation(), [ORIGIN])
        self.assertTrue(registered["verified"])
        assertion = self.key.get({"publicKey": REQUEST})
        verdict = self.server.verify(assertion, REQUEST, [ORIGIN], credential=registered["credential"])
        self.assertTrue(verdict["verified"], verdict.get("failed"))

    def test_takes_options_as_text(self) -> None:
        self.assertEqual(self.key.create(json.dumps(creation()))["type"], "public-key")

    def test_a_refusal_says_what_a_page_would_get_and_what_it_would_not(self) -> None:
        with self.assertRaises(stuntkey.Refused) as caught:
            self.key.get(REQUEST)
        refusal = caught.exception
        self.assertEqual((refusal.name, refusal.status), ("NotAllowedError", 403))
        self.assertEqual(refusal.ctap_status, "CTAP2_ERR_NO_CREDENTIALS")
        self.assertIn("register first", refusal.way_out or "")
        self.assertIn("what helps: ", str(refusal))
        trace = self.key.trace(refusal.trace)
        self.assertIn("NotAllowedError", trace["text"])
        self.assertEqual((trace["source"], trace["loaded"]), ("http", False))

    def test_the_person_does_as_told(self) -> None:
        self.key.create(creation())
        self.key.user.next(presence="decline")
        with self.assertRaisesRegex(stuntkey.Refused, "NotAllowedError"):
            self.key.get(REQUEST)
        self.assertEqual(self.key.get(REQUEST)["type"], "public-key")
        self.key.user.use(presence="decline")
        for _ in range(2):
            with self.assertRaises(stuntkey.Refused):
                self.key.get(REQUEST)
        self.key.user.reset()
        self.key.get(REQUEST)

    def test_a_fault_is_one_ceremonys(self) -> None:
        record = self.server.verify(self.key.create(creation()), creation(), [ORIGIN])["credential"]
        self.key.fault("signature-from-other-key")
        wrong = self.server.verify(self.key.get(REQUEST), REQUEST, [ORIGIN], credential=record)
        self.assertEqual(wrong["failed"]["name"], "authentication.signature")
        right = self.server.verify(self.key.get(REQUEST), REQUEST, [ORIGIN], credential=record)
        self.assertTrue(right["verified"])

    def test_credentials_are_listed_changed_deleted_and_brought_back(self) -> None:
        identifier = self.key.create(creation())["id"]
        self.assertEqual([one["id"] for one in self.key.credentials("example.com")], [identifier])
        self.assertEqual(self.key.change(identifier, signCount=7)["signCount"], 7)
        self.key.delete(identifier)
        self.assertEqual(list(self.key.credentials()), [])
        self.assertEqual(self.key.restore(identifier)["signCount"], 7)
        exported = self.key.export("playwright")
        other = self.server.authenticator(origin=ORIGIN)
        self.addCleanup(other.forget)
        self.assertEqual(other.import_credentials(exported, "playwright")[0]["id"], identifier)
        self.assertIn("accounts", self.server.convert(exported, "playwright", "cxf"))

    def test_pages_of_credentials_are_walked(self) -> None:
        for number in range(3):
            self.key.create({**creation(), "user": {"id": f"YWR{number}", "name": "x", "displayName": "x"}})
        request = self.server.door.request
        asked: List[Any] = []

        def one_at_a_time(method: str, path: str, body: Any = None, query: Any = None) -> Any:
            asked.append(query)
            return request(method, path, body, {**query, "limit": 1})

        self.server.door.request = one_at_a_time  # type: ignore[method-assign]
        try:
            self.assertEqual(len(list(self.key.credentials())), 3)
        finally:
            del self.server.door.request
        self.assertGreaterEqual(len(asked), 3)

    def test_has_a_pin(self) -> None:
        self.key.set_pin("123456")
        with self.assertRaises(stuntkey.Refused) as caught:
            self.key.set_pin("654321", "000000")
        self.assertEqual(caught.exception.ctap_status, "CTAP2_ERR_PIN_INVALID")
        self.assertEqual(self.key.pin()["retries"], 7)
        self.key.power_cycle()
        self.key.reset()
        self.assertFalse(self.key.pin()["set"])
        self.assertTrue(self.key.info()["ctap2"])

    def test_tells_events_as_they_come_and_goes_on_behind_one(self) -> None:
        events = self.key.events(after=0)
        self.assertEqual(next(events).kind, "stream")
        self.key.create(creation())
        told = [next(events), next(events)]
        self.assertEqual([one.kind for one in told], ["credentials", "ceremony"])
        events.close()  # type: ignore[attr-defined]
        again = self.key.events(after=told[0].number)
        self.assertEqual([next(again).kind, next(again).number], ["stream", told[1].number])
        again.close()  # type: ignore[attr-defined]

    def test_threads_share_a_door(self) -> None:
        failed: List[BaseException] = []

        def work() -> None:
            try:
                with self.server.authenticator(origin=ORIGIN) as key:
                    key.create(creation())
                    key.get(REQUEST)
            except BaseException as error:  # noqa: BLE001 - it is shown below
                failed.append(error)

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failed, [])

    def test_what_is_wrong_is_said(self) -> None:
        with self.assertRaisesRegex(stuntkey.DoorError, "did you mean presence"):
            self.key.user.next(presense="decline")
        with self.assertRaisesRegex(stuntkey.DoorError, "unknown-fault"):
            self.key.fault("nonsense")
        with self.assertRaisesRegex(ValueError, "origin: expected"):
            self.server.authenticator().create(creation())
        with self.assertRaisesRegex(ValueError, "with a name"):
            self.server.device.forget()
        wrong = Door(self.server.door.url, "another-token-altogether")
        with self.assertRaises(stuntkey.DoorError) as caught:
            wrong.request("GET", "/info")
        self.assertEqual(caught.exception.code, "bad-token")
        wrong.close()
        with self.assertRaises(stuntkey.NotReachable):
            Door("http://127.0.0.1:9", "x" * 16, timeout=5).request("GET", "/info")
        with self.assertRaisesRegex(ValueError, "url: expected"):
            Door("nowhere", "x")


class ServerTest(unittest.TestCase):
    def test_is_found_by_the_environment(self) -> None:
        with stuntkey.start() as server:
            os.environ.update(STUNTKEY_URL=server.door.url, STUNTKEY_TOKEN=server.door.token)
            try:
                with stuntkey.connect() as again:
                    self.assertEqual(again.device.info()["name"], "stuntkey")
                # Who has not started it does not stop it.
                self.assertEqual(server.device.info()["name"], "stuntkey")
            finally:
                del os.environ["STUNTKEY_URL"], os.environ["STUNTKEY_TOKEN"]

    def test_is_reached_over_a_unix_socket(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            with stuntkey.start("--socket", os.path.join(folder, "door")) as server:
                self.assertEqual(server.device.info()["name"], "stuntkey")

    def test_that_does_not_start_is_said(self) -> None:
        with self.assertRaisesRegex(stuntkey.NotReachable, "status 2"):
            stuntkey.start("--no-such-flag")


class EventsTest(unittest.TestCase):
    def test_are_read_line_by_line(self) -> None:
        lines = [b": alive\n", b"\n", b"id: 3\r\n", b"event: user\n", b'data: {"a":\n', b"data: 1}\n", b"\n"]
        self.assertEqual([tuple(one) for one in read_events(lines)], [(3, "user", {"a": 1})])


if __name__ == "__main__":
    unittest.main()
