"""The service's own log: one JSON object a line, joined up by W3C trace ids."""

import json
import re
import secrets
import threading
from datetime import datetime, timezone

TRACEPARENT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?\Z")


class Trace:
    """Where a request belongs: https://www.w3.org/TR/trace-context/."""

    def __init__(self, header=None):
        found = TRACEPARENT.match(header.strip()) if header else None
        known = (
            found
            and found.group(1) != "ff"
            and not (found.group(1) == "00" and found.group(5))
            and set(found.group(2)) != {"0"}
            and set(found.group(3)) != {"0"}
        )
        self.id = found.group(2) if known else secrets.token_hex(16)
        self.parent = found.group(3) if known else None
        self.flags = found.group(4) if known else "00"
        self.span = secrets.token_hex(8)

    def header(self):
        """The traceparent for a call that this request makes."""
        return f"00-{self.id}-{self.span}-{self.flags}"


class Journal:
    """Appends lines to a file; threads may share it."""

    def __init__(self, path, system):
        self.system = system
        self.lock = threading.Lock()
        self.file = open(path, "a", encoding="utf-8", buffering=1)

    def write(self, event, trace=None, **facts):
        line = {
            "time": datetime.now(timezone.utc).isoformat(timespec="milliseconds"),
            "system": self.system,
            "event": event,
        }
        if trace:
            line["trace"] = trace.id
            line["span"] = trace.span
            if trace.parent:
                line["parent"] = trace.parent
        line.update(facts)
        text = json.dumps(line, ensure_ascii=False) + "\n"
        with self.lock:
            self.file.write(text)

    def close(self):
        with self.lock:
            self.file.close()
