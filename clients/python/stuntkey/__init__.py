"""A software FIDO2 authenticator for tests: the client of stuntkey's HTTP door. Standard library only."""

from .authenticator import Authenticator
from .door import Door
from .errors import DoorError, NotReachable, Refused
from .events import Event
from .server import Server, connect, start

__all__ = [
    "Authenticator",
    "Door",
    "DoorError",
    "Event",
    "NotReachable",
    "Refused",
    "Server",
    "connect",
    "start",
]
