"""py_webauthn's verdicts on registrations and sign-ins: cases as JSON on stdin, an array of what it said on stdout."""

import base64
import json
import sys

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_der_x509_certificate
from webauthn import verify_authentication_response, verify_registration_response
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import AttestationFormat


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def challenge_in(response):
    return decoded(json.loads(decoded(response["response"]["clientDataJSON"]))["challenge"])


def flipped(response):
    signature = bytearray(decoded(response["response"]["signature"]))
    signature[0] ^= 1
    changed = base64.urlsafe_b64encode(bytes(signature)).decode().rstrip("=")
    return {**response, "response": {**response["response"], "signature": changed}}


given = json.load(sys.stdin)
roots = [
    load_der_x509_certificate(decoded(root)).public_bytes(Encoding.PEM) for root in given["roots"]
]
said = []
for case in given["cases"]:
    expected = {
        "expected_rp_id": case["rpId"],
        "expected_origin": case["origin"],
        "require_user_verification": False,
    }
    registered = verify_registration_response(
        credential=case["registration"],
        expected_challenge=challenge_in(case["registration"]),
        supported_pub_key_algs=[COSEAlgorithmIdentifier(case["algorithm"])],
        pem_root_certs_bytes_by_fmt={AttestationFormat.PACKED: roots},
        **expected,
    )

    def sign_in(response):
        try:
            verify_authentication_response(
                credential=response,
                expected_challenge=challenge_in(response),
                credential_public_key=registered.credential_public_key,
                credential_current_sign_count=registered.sign_count,
                **expected,
            )
            return True
        except Exception as error:
            return type(error).__name__

    authentication = case["authentication"]
    said.append(
        {
            "name": case["name"],
            "signedIn": sign_in(authentication),
            "forged": sign_in(flipped(authentication)),
        }
    )
print(json.dumps(said))
