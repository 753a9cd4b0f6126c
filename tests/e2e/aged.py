"""A trail of which a part is old enough to be deleted, made by the built program under an earlier clock."""

import json
import subprocess
import time
from pathlib import Path

from workplace import PERSONS_MAPPING, READERS, Workplace, service_file

KEEP = READERS + "  transient: P30D\n  keep: P2D\n"
DAY = 24 * 3600
OLD_TRACE, NEW_TRACE = "4b" * 16, "5c" * 16


class Aged(Workplace):
    """Where `age` was called: 600 old entries and 300 of today; the first 512 are sealed by themselves."""

    FIRST = "0" * 20 + ".segment"

    def age(self):
        self.write("garant.yaml", service_file())  # a recorder would delete by itself
        self.write("web.yaml", PERSONS_MAPPING)
        self.log_file = self.folder / "aged.log"
        self.clock = self.top / "earlier_clock.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", self.clock,
                        Path(__file__).with_name("earlier_clock.c")], check=True)
        self.happen(600, OLD_TRACE, days=5)
        kept = self.write("kept.yaml", service_file(rest=KEEP))
        self.assertIn("Nothing is due.", self.call("trail", "expire", "--service", kept, status=0,
                                                   environment=self.earlier(4)).stdout)
        self.assertEqual([self.FIRST], self.segments())
        self.happen(300, NEW_TRACE)
        kept.rename(self.folder / "garant.yaml")

    def trail(self):
        return self.folder / ".garant" / "trail"

    def segments(self):
        return sorted(path.name for path in (self.trail() / "segments").glob("*.segment"))

    def earlier(self, days):
        return {"LD_PRELOAD": str(self.clock), "EARLIER_SECONDS": str(days * DAY)} if days else {}

    def happen(self, count, trace, days=0, name="anna"):
        """So many events, of a day so long ago, as a recorder of that day takes them."""
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - days * DAY))
        with self.log_file.open("a", encoding="utf-8") as log:
            for number in range(count):
                log.write(json.dumps({"time": moment, "event": f"step.{number}", "trace": trace,
                                      "session": f"of {days}", "licence": f"{name}-{number % 5}"}) + "\n")
        self.call("recorder", "--lines", self.log_file, "--mapping", "web.yaml", "--once", status=0,
                  environment=self.earlier(days))
