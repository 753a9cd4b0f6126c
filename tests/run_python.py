#!/usr/bin/env python3
"""run_python.py COUNTS FOLDER…: runs every test_*.py and *_test.py of the folders, each file in a
process of its own, as many at a time as there are processors, and leaves "passed failed skipped" in
COUNTS. `tests` alone means its own files, not those of its subfolders. `run_python.py --one FILE
COUNTS` is one such process."""

import concurrent.futures
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

TOP = pathlib.Path(__file__).resolve().parent.parent


class Result(unittest.TextTestResult):
    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        print(f"   skipped: {test.id()}: {reason}", flush=True)


def run_one(path, counts):
    path = pathlib.Path(path)
    sys.path[:0] = [str(path.parent), str(path.parent.parent)]
    suite = unittest.defaultTestLoader.loadTestsFromName(path.stem)
    # Quiet while it goes well; unittest says on its own what fails.
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        result = unittest.TextTestRunner(stream=nowhere, resultclass=Result, buffer=True).run(suite)
    broken = result.failures + result.errors + [(test, "unexpected success") for test in
                                                result.unexpectedSuccesses]
    for test, said in broken:
        print(f"   FAILED: {test.id()}\n{said}", flush=True)
    skipped = len(result.skipped)
    failed = len(broken)
    passed = max(0, result.testsRun - failed - skipped)
    if result.testsRun == 0 and not broken and not skipped:
        failed = 1
        print(f"   FAILED: {path.name} holds no test", flush=True)
    pathlib.Path(counts).write_text(f"{passed} {failed} {skipped}\n", encoding="utf-8")


def files_of(folder):
    folder = TOP / folder
    found = folder.glob("*.py") if folder == TOP / "tests" else folder.rglob("*.py")
    return sorted(path for path in found
                  if path.stem.startswith("test_") or path.stem.endswith("_test"))


def run_apart(path):
    """What a process of its own counted and said, and how long it took."""
    start = time.monotonic()
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as one:
        done = subprocess.run([sys.executable, __file__, "--one", str(path), one.name], cwd=TOP,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False)
        numbers = [int(word) for word in one.read().split()]
    said = done.stdout.decode("utf-8", "replace")
    if len(numbers) != 3:
        said += f"   FAILED: {path.relative_to(TOP)} ended before it could say how it went\n"
        numbers = [0, 1, 0]
    return numbers, said, time.monotonic() - start


def main(counts, folders):
    files = [path for folder in folders for path in files_of(folder)]
    total = [0, 0, 0]
    if not files:
        print(f"   FAILED: no test file in {' '.join(folders)}")
        total[1] += 1
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as at_a_time:
        running = {at_a_time.submit(run_apart, path): path for path in files}
        for done in concurrent.futures.as_completed(running):
            numbers, said, seconds = done.result()
            total = [a + b for a, b in zip(total, numbers)]
            print(f"{said}   {running[done].relative_to(TOP)}: {numbers[0]} passed, "
                  f"{numbers[1]} failed, {numbers[2]} skipped ({seconds:.1f} s)", flush=True)
    pathlib.Path(counts).write_text(" ".join(map(str, total)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1] == "--one":
        run_one(sys.argv[2], sys.argv[3])
    else:
        main(sys.argv[1], sys.argv[2:])
