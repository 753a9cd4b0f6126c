#!/usr/bin/env python3
"""Makes the exemplary service file and acts ready for a running service and for today.

    prepare.py --ready FILE --out FOLDER [--today YYYY-MM-DD]

The files beside this one were true on 2026-11-23: every date moves with the days since, so that a
review of last month stays one of last month. The nominal ports become those of the ready file that
service.py wrote. Documents are copied as they are, since the service file holds their digests.
"""

import argparse
import re
import shutil
from datetime import date, timedelta
from pathlib import Path

WRITTEN = date(2026, 11, 23)
NOMINAL = {"https": ":8443/", "origin": ":8444/"}
HERE = Path(__file__).resolve().parent


def moved(text, today):
    def move(found):
        return str(date.fromisoformat(found[0]) + (today - WRITTEN))

    return re.sub(r"\b20\d\d-\d\d-\d\d\b", move, text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ready", required=True, type=Path)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--today", type=date.fromisoformat, default=date.today())
    options = parser.parse_args()
    lines = options.ready.read_text("ascii").splitlines()
    ports = dict(line.split() for line in lines)
    options.out.mkdir(parents=True, exist_ok=True)
    for name in ("garant.yaml", "acts.yaml"):
        text = moved((HERE / name).read_text("utf-8"), options.today)
        for channel, nominal in NOMINAL.items():
            text = text.replace("127.0.0.1" + nominal, f"127.0.0.1:{ports[channel]}/")
        (options.out / name).write_text(text, "utf-8")
    shutil.copytree(HERE / "documents", options.out / "documents", dirs_exist_ok=True)


if __name__ == "__main__":
    main()
