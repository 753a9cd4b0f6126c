"""Starts the services that tests look at, and ends them."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MOST_WAITS = 1500


class Process:
    """A program of ours that writes a file once it answers."""

    def __init__(self, ready_file, *command):
        self.ready_file = Path(ready_file)
        arguments = [sys.executable, *map(str, command), "--ready-file", str(ready_file)]
        self.process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, text=True)

    def wait(self):
        """What it wrote into the ready file."""
        for _ in range(MOST_WAITS):
            if self.ready_file.exists():
                return self.ready_file.read_text(encoding="ascii")
            try:
                self.process.wait(timeout=0.02)
            except subprocess.TimeoutExpired:
                continue
            raise AssertionError("it ended at once: " + self.process.stderr.read())
        self.end()
        raise AssertionError("it never became ready")

    def end(self):
        """Its exit status after SIGTERM."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process.stderr.close()
        return self.process.returncode
