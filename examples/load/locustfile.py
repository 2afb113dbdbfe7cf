"""Locust: everybody is somebody new, registers, and signs in. In three shells:

    node examples/login-server/main.js --port 8080
    STUNTKEY_SEED='a load test' stuntkey serve --http 8100 --store :memory: --token-file token.txt --fleet-rp-id localhost --fleet-origin http://localhost:8080 --error-rate 0.01
    STUNTKEY_TOKEN="$(cat token.txt)" locust -f examples/load/locustfile.py --host http://127.0.0.1:8080 --headless -u 10 -r 10 -t 10s

The door answers on connections that stay, and its time is not in Locust's own figures. A sign-in that is wrong on purpose has to be refused.
"""

import itertools
import os

import requests
from locust import HttpUser, between, task

DOOR = os.environ.get("STUNTKEY_URL", "http://127.0.0.1:8100")
HEADERS = {"Authorization": f"Bearer {os.environ['STUNTKEY_TOKEN']}"}
people = itertools.count(int(os.environ.get("FIRST", "0")))


class Person(HttpUser):
    wait_time = between(0.1, 0.5)

    def on_start(self):
        self.door = requests.Session()

    @task
    def register_and_sign_in(self):
        index = next(people)
        body = {"username": f"person-{index}"}
        creation = self.client.post("/register/options", json=body).json()
        # A server that makes up user handles is told its own at the sign-in, as nothing keeps it.
        handle = creation.get("publicKey", creation)["user"]["id"]
        credential, _ = self.ceremony(index, "create", {"options": creation})
        self.client.post("/register/verify", json=credential)
        request = self.client.post("/login/options", json=body).json()
        credential, fault = self.ceremony(index, "get", {"options": request, "userHandle": handle})
        name = "/login/verify" if fault is None else f"/login/verify ({fault})"
        with self.client.post("/login/verify", json=credential, name=name, catch_response=True) as verdict:
            if fault is None:
                return
            if verdict.ok:
                verdict.failure(f"the server let in {fault}")
            else:
                verdict.success()

    def ceremony(self, index, what, body):
        """What the person answers, and the fault that it has."""
        answer = self.door.post(f"{DOOR}/fleet/{index}/{what}", json=body, headers=HEADERS)
        answer.raise_for_status()
        return answer.json(), answer.headers.get("stuntkey-fault")
