#!/usr/bin/env python3
"""count_ctest.py JUNIT COUNTS: says what failed and what was skipped and why, and leaves
"passed failed skipped" in COUNTS."""

import sys
import xml.etree.ElementTree as ElementTree


def main(junit, counts):
    cases = ElementTree.parse(junit).getroot().findall("testcase")
    passed = failed = skipped = 0
    for case in cases:
        name, said = case.get("name"), (case.findtext("system-out") or "").strip()
        state = case.get("status")
        if state == "run":
            passed += 1
        elif state in ("notrun", "disabled") and case.find("skipped") is not None:
            skipped += 1
            print(f"   skipped: {name}: {said.splitlines()[-1] if said else 'no reason given'}")
        else:
            failed += 1
            print(f"   FAILED: {name}\n{said}")
    if not cases:
        failed += 1
        print("   FAILED: no test was found")
    print(f"   {passed} passed, {failed} failed, {skipped} skipped")
    with open(counts, "w", encoding="utf-8") as file:
        print(passed, failed, skipped, file=file)


if __name__ == "__main__":
    main(*sys.argv[1:])
