"""python-fido2's server as its README and examples/server show it, asked in JSON, a line a question."""
import json
import sys

from fido2.utils import websafe_decode, websafe_encode

try:
    from fido2.client import ClientData
    from fido2.ctap2 import AttestationObject, AttestedCredentialData, AuthenticatorData
except ImportError:  # 1.0 and later
    from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData
    from fido2.webauthn import CollectedClientData as ClientData
from fido2.server import Fido2Server
from fido2.webauthn import PublicKeyCredentialRpEntity

RP_ID = sys.argv[1]
try:
    server = Fido2Server(PublicKeyCredentialRpEntity(RP_ID, "Example"))
except TypeError:
    server = Fido2Server(PublicKeyCredentialRpEntity(name="Example", id=RP_ID))


def state(challenge):
    return {"challenge": challenge, "user_verification": None}


def register(question):
    response = question["response"]["response"]
    data = server.register_complete(
        state(question["challenge"]),
        ClientData(websafe_decode(response["clientDataJSON"])),
        AttestationObject(websafe_decode(response["attestationObject"])),
    )
    credential = data.credential_data
    return {
        "id": websafe_encode(credential.credential_id),
        "key": websafe_encode(bytes(credential)),
        "counter": data.counter,
    }


def sign_in(question):
    whole = question["response"]
    response = whole["response"]
    data = AuthenticatorData(websafe_decode(response["authenticatorData"]))
    server.authenticate_complete(
        state(question["challenge"]),
        [AttestedCredentialData(websafe_decode(question["kept"]["key"]))],
        websafe_decode(whole["id"]),
        ClientData(websafe_decode(response["clientDataJSON"])),
        data,
        websafe_decode(response["signature"]),
    )
    return {"counter": data.counter}


for line in sys.stdin:
    try:
        question = json.loads(line)
        answer = {"said": (register if question["do"] == "register" else sign_in)(question)}
    except Exception as error:  # What the library throws is its refusal.
        answer = {"refused": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
