"""Waits for what other processes do: told by the kernel where it tells, looked at again where nobody does."""

import ctypes
import os
import random
import select
import socket
import time
from pathlib import Path

PATIENCE_SECONDS = 60
LOOK_SECONDS = 0.01
FIRST_PORT = 10_000
IN_MODIFY, IN_CLOSE_WRITE, IN_MOVED_TO = 0x2, 0x8, 0x80
LIBC = ctypes.CDLL(None, use_errno=True)


class Watch:
    """What happens in a folder, or to a file, from now on (inotify)."""

    def __init__(self, path, events):
        self.descriptor = LIBC.inotify_init1(os.O_CLOEXEC | os.O_NONBLOCK)
        if self.descriptor < 0 or \
                LIBC.inotify_add_watch(self.descriptor, os.fsencode(path), events) < 0:
            raise OSError(ctypes.get_errno(), f"cannot watch {path}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.descriptor)

    def wait(self, seconds, *others):
        """Until something happened, another descriptor is readable, or for so long."""
        happened, _, _ = select.select([self.descriptor, *others], [], [], max(0, seconds))
        if self.descriptor in happened:
            os.read(self.descriptor, 65536)
        return bool(happened)


def until_ready(process, ready_file, said=lambda: ""):
    """What a program of ours wrote into its ready file; an AssertionError where it ended before."""
    ready_file = Path(ready_file)
    ended = os.pidfd_open(process.pid)
    try:
        with Watch(ready_file.parent, IN_CLOSE_WRITE | IN_MOVED_TO) as watch:
            end = time.monotonic() + PATIENCE_SECONDS
            while not ready_file.exists():
                if process.poll() is not None:
                    raise AssertionError(f"it ended: {said()}")
                if not watch.wait(end - time.monotonic(), ended):
                    raise AssertionError(f"it never was ready: {said()}")
    finally:
        os.close(ended)
    return ready_file.read_text(encoding="utf-8")


def until(holds, what):
    """For what no one tells of: nginx's workers, another server's state."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f"it never happened: {what}")
        time.sleep(LOOK_SECONDS)


def free_ports(count):
    """Of those that the kernel gives to nobody who connects: other tests run beside."""
    ephemeral = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    listeners = []
    while len(listeners) < count:
        listener = socket.socket()
        try:
            listener.bind(("127.0.0.1", random.randrange(FIRST_PORT, ephemeral)))
        except OSError:
            listener.close()
            continue
        listeners.append(listener)
    ports = [listener.getsockname()[1] for listener in listeners]
    for listener in listeners:
        listener.close()
    return ports
