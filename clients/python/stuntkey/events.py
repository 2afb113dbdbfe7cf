"""Events of the door: server-sent events, read line by line."""

from __future__ import annotations

import json
from typing import Any, Dict, Iterable, Iterator, List, NamedTuple


class Event(NamedTuple):
    """What happened. `number` is what to give as `after` to go on behind it; 0 for what the stream says of itself."""

    number: int
    kind: str
    data: Dict[str, Any]


def read_events(lines: Iterable[bytes]) -> Iterator[Event]:
    """https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation, as far as the door writes it."""
    number, kind, data = 0, "message", []  # type: int, str, List[str]
    for line in lines:
        text = line.decode("utf-8").rstrip("\r\n")
        if text == "":
            if data:
                yield Event(number, kind, json.loads("\n".join(data)))
            number, kind, data = 0, "message", []
            continue
        name, _, value = text.partition(":")
        value = value[1:] if value.startswith(" ") else value
        if name == "id":
            number = int(value)
        elif name == "event":
            kind = value
        elif name == "data":
            data.append(value)
