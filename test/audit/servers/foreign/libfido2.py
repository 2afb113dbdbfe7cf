"""libfido2's verifiers as fido_cred_verify(3) and fido_assert_verify(3) have them, asked in JSON, a line a question. Client data is not theirs: the
application looks at it, strictly."""
import base64
import ctypes
import hashlib
import json
import sys

from fido2 import cbor

RP_ID, ORIGIN = sys.argv[1].encode(), sys.argv[2]
ES256 = -7
library = ctypes.CDLL("libfido2.so.1")
for name in ("fido_cred_new", "fido_assert_new", "es256_pk_new", "fido_cred_id_ptr", "fido_cred_pubkey_ptr"):
    getattr(library, name).restype = ctypes.c_void_p
library.fido_strerr.restype = ctypes.c_char_p
library.fido_cred_id_len.restype = library.fido_cred_pubkey_len.restype = ctypes.c_size_t
library.fido_init(0)


class Refused(Exception):
    pass


def call(name, *given):
    """Calls a function; bytes are handed in as a pointer and a length."""
    passed = []
    for one in given:
        passed += [one, ctypes.c_size_t(len(one))] if isinstance(one, bytes) else [one]
    code = getattr(library, name)(*passed)
    if code != 0:
        raise Refused(f"{name}: {library.fido_strerr(code).decode()}")


def decoded(text):
    if not isinstance(text, str):
        raise Refused("no text")
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars="-_", validate=True)


def encoded(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def client_data_hash(question, kind):
    raw = decoded(question["response"]["response"]["clientDataJSON"])
    data = json.loads(raw.decode("utf-8-sig"))
    said = [data.get("type"), data.get("challenge"), data.get("origin"), data.get("crossOrigin", False)]
    if said != [kind, question["challenge"], ORIGIN, False] or "topOrigin" in data:
        raise Refused("client data of something else")
    return hashlib.sha256(raw).digest()


def register(question):
    hashed = client_data_hash(question, "webauthn.create")
    made = cbor.decode(decoded(question["response"]["response"]["attestationObject"]))
    # fido_cred_verify does, but there is nothing for it to verify in a statement of format none.
    if made["authData"][:32] != hashlib.sha256(RP_ID).digest():
        raise Refused("another RP ID")
    credential = ctypes.c_void_p(library.fido_cred_new())
    try:
        call("fido_cred_set_type", credential, ES256)
        call("fido_cred_set_clientdata_hash", credential, hashed)
        call("fido_cred_set_rp", credential, ctypes.c_char_p(RP_ID), ctypes.c_char_p(b"Example"))
        call("fido_cred_set_authdata_raw", credential, made["authData"])
        call("fido_cred_set_fmt", credential, ctypes.c_char_p(made["fmt"].encode()))
        if made["fmt"] != "none":
            call("fido_cred_set_attstmt", credential, cbor.encode(made["attStmt"]))
            call("fido_cred_verify" if "x5c" in made["attStmt"] else "fido_cred_verify_self", credential)
        taken = [
            ctypes.string_at(getattr(library, f"fido_cred_{part}_ptr")(credential), getattr(library, f"fido_cred_{part}_len")(credential))
            for part in ("id", "pubkey")
        ]
        return {"id": encoded(taken[0]), "key": encoded(taken[1]), "counter": library.fido_cred_sigcount(credential) & 0xFFFFFFFF}
    finally:
        library.fido_cred_free(ctypes.byref(credential))


def sign_in(question):
    response = question["response"]["response"]
    hashed = client_data_hash(question, "webauthn.get")
    key, assertion = ctypes.c_void_p(library.es256_pk_new()), ctypes.c_void_p(library.fido_assert_new())
    try:
        call("es256_pk_from_ptr", key, decoded(question["kept"]["key"]))
        call("fido_assert_set_clientdata_hash", assertion, hashed)
        call("fido_assert_set_rp", assertion, ctypes.c_char_p(RP_ID))
        call("fido_assert_set_count", assertion, ctypes.c_size_t(1))
        first = ctypes.c_size_t(0)
        call("fido_assert_set_authdata_raw", assertion, first, decoded(response["authenticatorData"]))
        call("fido_assert_set_sig", assertion, first, decoded(response["signature"]))
        call("fido_assert_set_up", assertion, 2)
        call("fido_assert_verify", assertion, first, ES256, key)
        return {"counter": library.fido_assert_sigcount(assertion, first) & 0xFFFFFFFF}
    finally:
        library.fido_assert_free(ctypes.byref(assertion))
        library.es256_pk_free(ctypes.byref(key))


for name in ("fido_cred_free", "fido_assert_free", "es256_pk_free"):
    getattr(library, name).restype = None
for line in sys.stdin:
    try:
        question = json.loads(line)
        answer = {"said": (register if question["do"] == "register" else sign_in)(question)}
    except Exception as error:  # A status of the library's, or what the application cannot read.
        answer = {"refused": f"{type(error).__name__}: {error}"[:300]}
    print(json.dumps(answer), flush=True)
