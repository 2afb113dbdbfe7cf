"""python-fido2 (0.9) as a client of a card at PC/SC: a key at the virtual reader of vsmartcard.

    reader.py PID

prints as client.py does. PID is the key's program, which a signal has taken away from the reader and put back.
"""
import os
import signal
import sys
import time

from client import CHALLENGE, ORIGIN, RP, creation, fails, sign_in, tell
import client as steps
from fido2.attestation import PackedAttestation
from fido2.client import Fido2Client
from fido2.cose import ES256
from fido2.ctap import CtapError
from fido2.ctap1 import Ctap1
from fido2.ctap2 import Ctap2
from fido2.ctap2.pin import ClientPin
from fido2.pcsc import CtapPcscDevice
from fido2.utils import sha256

PIN = "1234"


def cards():
    """The cards there are; pcscd may be coming up still."""
    try:
        return list(CtapPcscDevice.list_devices("stuntkey"))
    except Exception:
        return []


def until(count):
    for _ in range(600):
        found = cards()
        if len(found) == count:
            return found
        for one in found:
            one.close()
        time.sleep(0.1)
    raise SystemExit("not ok waits for %d cards" % count)


def tap(card):
    """Takes power from the card and gives it again: to it, that is another tap."""
    card.close()
    return until(1)[0]


def registered(card, name, options):
    """Registers with the PIN. Returns the credential."""
    made = Fido2Client(card, ORIGIN).make_credential(options, pin=PIN)
    attestation = made.attestation_object
    try:
        PackedAttestation().verify(attestation.att_statement, attestation.auth_data, made.client_data.hash)
        tell(name + ", and it verifies", attestation.auth_data.is_user_verified())
    except Exception as e:
        tell(name + ", and it verifies", False, e)
    return attestation.auth_data.credential_data


def main():
    card = until(1)[0]
    tell("finds the card", card.version == 2 and card.capabilities & 0x08, card.capabilities)
    tell("knows its name", bytes(card.get_atr())[-9:-1] == b"stuntkey", card.get_atr())
    info = Ctap2(card).get_info()
    tell("reads what it can, in parts", "nfc" in info.transports and len(info.versions) > 2, info)

    ClientPin(Ctap2(card)).set_pin(PIN)
    data = registered(card, "registers with a PIN", creation(ES256.ALGORITHM, True))
    allowed = [{"type": "public-key", "id": data.credential_id}]
    fails("does one thing a tap", CtapError.ERR.OPERATION_DENIED,
          lambda: Ctap2(card).get_assertion(RP["id"], sha256(CHALLENGE), allowed))
    card = tap(card)
    sign_in(Fido2Client(card, ORIGIN), "signs in with another tap", PIN, data.public_key, data.credential_id)
    card = tap(card)
    card.use_ext_apdu = True
    sign_in(Fido2Client(card, ORIGIN), "signs in with extended lengths", PIN, data.public_key)
    card = tap(card)
    unknown = [{"type": "public-key", "id": bytes([i]) * 64} for i in range(6)]
    registered(card, "registers with a long list, in a chain",
               dict(creation(ES256.ALGORITHM), excludeCredentials=unknown))

    card = tap(card)
    ctap1 = Ctap1(card)
    challenge, application = sha256(b"challenge"), sha256(RP["id"].encode())
    registration = ctap1.register(challenge, application)
    registration.verify(application, challenge)
    tell("registers over U2F, and it verifies", True)
    card = tap(card)
    signature = Ctap1(card).authenticate(challenge, application, registration.key_handle)
    signature.verify(application, challenge, registration.public_key)
    tell("authenticates over U2F, and it verifies", signature.user_presence == 1)
    card.close()

    hand = int(sys.argv[1])
    os.kill(hand, signal.SIGUSR2)
    until(0)
    tell("finds no card when it was taken away", True)
    os.kill(hand, signal.SIGUSR2)
    card = until(1)[0]
    tell("finds it again", card.version == 2)
    card.close()


main()
sys.exit(1 if steps.failures else 0)
