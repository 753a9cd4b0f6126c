#!/usr/bin/env python3
"""count_ctest.py JUNIT COUNTS: says what failed and what was skipped and why, and leaves
"passed failed skipped" in COUNTS."""

import itertools
import sys
import xml.etree.ElementTree as ElementTree


def reason(said):
    """What GTEST_SKIP was given: the lines between "FILE:LINE: Skipped" and the test's result."""
    lines = said.splitlines()
    begin = next((i + 1 for i, line in enumerate(lines) if line.endswith(": Skipped")), len(lines))
    given = itertools.takewhile(lambda line: not line.startswith("[  SKIPPED ]"), lines[begin:])
    return " ".join(" ".join(given).split()) or "no reason given"


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
            print(f"   skipped: {name}: {reason(said)}")
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
