"""JSON as WebAuthn defines it, and as the door has it."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, TypedDict, Union

#: A server's options: a mapping, or JSON as text, wrapped in `publicKey` or not.
Options = Union[Mapping[str, Any], str]


class AttestationResponse(TypedDict, total=False):
    clientDataJSON: str
    authenticatorData: str
    attestationObject: str
    transports: List[str]
    publicKey: str
    publicKeyAlgorithm: int


class RegistrationResponse(TypedDict, total=False):
    """https://www.w3.org/TR/webauthn-3/#dictdef-registrationresponsejson"""

    id: str
    rawId: str
    type: str
    authenticatorAttachment: str
    clientExtensionResults: Dict[str, Any]
    response: AttestationResponse


class AssertionResponse(TypedDict, total=False):
    clientDataJSON: str
    authenticatorData: str
    signature: str
    userHandle: str


class AuthenticationResponse(TypedDict, total=False):
    """https://www.w3.org/TR/webauthn-3/#dictdef-authenticationresponsejson"""

    id: str
    rawId: str
    type: str
    authenticatorAttachment: str
    clientExtensionResults: Dict[str, Any]
    response: AssertionResponse


class Credential(TypedDict, total=False):
    """A credential on the authenticator, without its secrets."""

    id: str
    rpId: str
    rpIdHash: str
    rpName: str
    userId: str
    userName: str
    userDisplayName: str
    algorithm: int
    publicKey: str
    discoverable: bool
    signCount: int
    backupEligible: bool
    backupState: bool
    credProtect: int


class Trace(TypedDict):
    """A ceremony that is kept: `text` is for people."""

    number: int
    at: float
    loaded: bool
    #: Where it was: `http` (at the door), `page`, `node`, `command`, `udp`, …; `file` for one that was saved.
    source: str
    text: str
    ceremony: Dict[str, Any]


class Verdict(TypedDict, total=False):
    """What a relying party's checks come to."""

    ceremony: str
    verified: bool
    steps: List[Dict[str, Any]]
    failed: Dict[str, Any]
    credential: Dict[str, Any]
    attestation: Optional[Dict[str, Any]]
