"""python-fido2 (0.9) as a client of a device behind loopback UDP: one datagram is one packet of 64 bytes.

    client.py PORT SEQUENCE

prints "ok NAME" or "not ok NAME: REASON" for every step, and ends with 1 if one was not.
"""
import socket
import sys

from fido2.client import ClientError, Fido2Client
from fido2.cose import ES256, EdDSA
from fido2.ctap import CtapError
from fido2.ctap1 import Ctap1
from fido2.ctap2 import Ctap2
from fido2.ctap2.blob import LargeBlobs
from fido2.ctap2.config import Config
from fido2.ctap2.credman import CredentialManagement
from fido2.ctap2.pin import ClientPin, PinProtocolV1, PinProtocolV2
from fido2.hid import CTAPHID, CtapHidDevice
from fido2.hid.base import CtapHidConnection, HidDescriptor
from fido2.utils import sha256

RP = {"id": "example.com", "name": "Example"}
USER = {"id": b"ada", "name": "ada", "displayName": "Ada"}
ORIGIN = "https://example.com"
CHALLENGE = b"a challenge that is long enough"
failures = 0


def tell(name, good, reason=""):
    global failures
    if good:
        print("ok", name, flush=True)
    else:
        failures += 1
        print("not ok %s: %s" % (name, reason), flush=True)


def fails(name, error, work):
    """A step that has to end with a status."""
    try:
        work()
    except CtapError as e:
        tell(name, e.code == error, "expected %s, got %s" % (error, e))
    except ClientError as e:
        got = getattr(e.cause, "code", e.code)
        tell(name, got == error, "expected %s, got %s" % (error, got))
    else:
        tell(name, False, "no error")


class Udp(CtapHidConnection):
    def __init__(self, port):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.connect(("127.0.0.1", port))
        self.socket.settimeout(600)

    def read_packet(self):
        return self.socket.recv(64)

    def write_packet(self, data):
        self.socket.send(data)

    def close(self):
        self.socket.close()


def creation(algorithm, rk=False, **extensions):
    return {
        "rp": RP,
        "user": USER,
        "challenge": CHALLENGE,
        "pubKeyCredParams": [{"type": "public-key", "alg": algorithm}],
        "authenticatorSelection": {"requireResidentKey": rk, "userVerification": "preferred"},
        "extensions": extensions,
    }


def request(credential_id=None, **extensions):
    allow = [{"type": "public-key", "id": credential_id}] if credential_id else None
    return {
        "rpId": RP["id"],
        "challenge": CHALLENGE,
        "allowCredentials": allow,
        "userVerification": "preferred",
        "extensions": extensions,
    }


def verified(credential):
    """Verifies a packed self attestation; tells nothing of other statements."""
    statement, data = credential.attestation_object.att_statement, credential.attestation_object.auth_data
    key = data.credential_data.public_key
    try:
        key.verify(data + credential.client_data.hash, statement["sig"])
        return statement["alg"] == key[3]
    except Exception as e:  # whatever the library raises
        print(e, file=sys.stderr)
        return False


def register(client, name, pin, algorithm, rk=False, **extensions):
    credential = client.make_credential(creation(algorithm, rk, **extensions), pin=pin)
    data = credential.attestation_object.auth_data
    tell(name, data.rp_id_hash == sha256(RP["id"].encode()) and data.is_user_verified(), data)
    tell(name + ", and it verifies", verified(credential))
    return credential


def sign_in(client, name, pin, key, credential_id=None, **extensions):
    selection = client.get_assertion(request(credential_id, **extensions), pin=pin)
    assertion = selection.get_assertions()[0]
    response = selection.get_response(0)
    try:
        assertion.verify(response.client_data.hash, key)
        tell(name + ", and it verifies", True)
    except Exception as e:
        tell(name + ", and it verifies", False, e)
    return response, assertion


def frames(device):
    """CTAPHID by itself."""
    for size in (0, 1, 57, 58, 116, 1000, 7609):
        message = bytes(i & 0xFF for i in range(size))
        tell("pings %d bytes" % size, device.call(CTAPHID.PING, message) == message)
    fails("is refused an unknown command", CtapError.ERR.INVALID_COMMAND, lambda: device.call(0x66, b""))


def with_pin(device):
    ctap = Ctap2(device)
    info = ctap.get_info()
    tell("says its versions", "FIDO_2_0" in info.versions and "FIDO_2_1" in info.versions, info.versions)
    tell("has no PIN yet", info.options.get("clientPin") is False, info.options)
    for version, protocol in ((1, PinProtocolV1()), (2, PinProtocolV2())):
        pin = ClientPin(ctap, protocol)
        before, after = "first-%d" % version, "pässword"
        pin.set_pin(before)
        tell("sets a PIN, protocol %d" % version, ctap.get_info().options.get("clientPin") is True)
        fails("does not change it for a wrong one, protocol %d" % version, CtapError.ERR.PIN_INVALID,
              lambda: pin.change_pin("wrong", after))
        tell("counts the attempt, protocol %d" % version, pin.get_pin_retries()[0] == 7)
        pin.change_pin(before, after)
        tell("gets a token, protocol %d" % version,
             len(pin.get_pin_token(after, ClientPin.PERMISSION.MAKE_CREDENTIAL, RP["id"])) == 32)
        ctap.reset()
        tell("resets, protocol %d" % version, ctap.get_info().options.get("clientPin") is False)

    pin = "1234"
    ClientPin(ctap).set_pin(pin)
    client = Fido2Client(device, ORIGIN)
    es256 = register(client, "makes an ES256 credential", pin, ES256.ALGORITHM, True, hmacCreateSecret=True)
    eddsa = register(client, "makes an EdDSA credential", pin, EdDSA.ALGORITHM)
    fails("makes none with a wrong PIN", CtapError.ERR.PIN_INVALID,
          lambda: client.make_credential(creation(ES256.ALGORITHM), pin="wrong"))

    data = es256.attestation_object.auth_data.credential_data
    _, first = sign_in(client, "signs in with ES256", pin, data.public_key, data.credential_id)
    _, second = sign_in(client, "signs in with a discoverable credential", pin, data.public_key)
    tell("finds its user", second.user is not None and second.user["id"] == USER["id"], second.user)
    tell("counts up", second.auth_data.counter > first.auth_data.counter)
    other = eddsa.attestation_object.auth_data.credential_data
    sign_in(client, "signs in with EdDSA", pin, other.public_key, other.credential_id)

    salts = {"salt1": b"a" * 32, "salt2": b"b" * 32}
    secrets = [
        sign_in(client, "asks for secrets", pin, data.public_key, data.credential_id, hmacGetSecret=salts)[0]
        .extension_results["hmacGetSecret"] for _ in range(2)
    ]
    tell("gets the same secrets twice", secrets[0] == secrets[1])
    tell("gets two that differ", secrets[0]["output1"] != secrets[0]["output2"])

    def token(permission, rp_id=None):
        helper = ClientPin(ctap)
        return helper.protocol, helper.get_pin_token(pin, permission, rp_id)

    manager = CredentialManagement(ctap, *token(ClientPin.PERMISSION.CREDENTIAL_MGMT))
    key = CredentialManagement.RESULT
    tell("counts the discoverable credentials", manager.get_metadata()[key.EXISTING_CRED_COUNT] == 1)
    rps = manager.enumerate_rps()
    tell("lists the RPs", [rp[key.RP]["id"] for rp in rps] == [RP["id"]], rps)
    found = manager.enumerate_creds(rps[0][key.RP_ID_HASH])
    tell("lists the credentials", [c[key.USER]["name"] for c in found] == ["ada"], found)
    tell("lists their keys", found[0][key.PUBLIC_KEY] == data.public_key, found)

    Config(ctap, *token(ClientPin.PERMISSION.AUTHENTICATOR_CFG)).set_min_pin_length(min_pin_length=4)
    tell("configures", ctap.get_info().min_pin_length == 4)

    blobs = LargeBlobs(ctap, *token(ClientPin.PERMISSION.LARGE_BLOB_WRITE))
    blobs.put_blob(b"k" * 32, b"x" * 2000)
    tell("reads the large blob it wrote", blobs.get_blob(b"k" * 32) == b"x" * 2000)
    blobs.delete_blob(b"k" * 32)
    tell("deletes it", blobs.get_blob(b"k" * 32) is None)

    manager = CredentialManagement(ctap, *token(ClientPin.PERMISSION.CREDENTIAL_MGMT))
    manager.delete_cred({"type": "public-key", "id": data.credential_id})
    tell("deletes a credential", manager.get_metadata()[key.EXISTING_CRED_COUNT] == 0)
    fails("does not find it any more", CtapError.ERR.NO_CREDENTIALS,
          lambda: client.get_assertion(request(data.credential_id), pin=pin))
    ctap.reset()
    tell("resets", ctap.get_info().options.get("clientPin") is False)


def built_in(device):
    client = Fido2Client(device, ORIGIN)
    credential = register(client, "makes a credential", None, ES256.ALGORITHM, True)
    data = credential.attestation_object.auth_data.credential_data
    sign_in(client, "signs in", None, data.public_key)


def u2f(device):
    ctap = Ctap1(device)
    tell("says its version", ctap.get_version() == "U2F_V2")
    challenge, application = sha256(b"challenge"), sha256(RP["id"].encode())
    registration = ctap.register(challenge, application)
    registration.verify(application, challenge)
    tell("registers, and it verifies", True)
    signature = ctap.authenticate(challenge, application, registration.key_handle)
    signature.verify(application, challenge, registration.public_key)
    tell("authenticates, and it verifies", signature.user_presence == 1)


SEQUENCES = {"frames": frames, "pin": with_pin, "built-in": built_in, "u2f": u2f}

if __name__ == "__main__":
    hid = CtapHidDevice(HidDescriptor("udp", 0x1234, 0x5678, 64, 64), Udp(int(sys.argv[1])))
    SEQUENCES[sys.argv[2]](hid)
    sys.exit(1 if failures else 0)
