"""What is made wrong, one thing at a time, and the words by which an explanation must name it."""

import re
from dataclasses import dataclass
from datetime import timedelta

SERVICE_FILE, TRAIL, ACTS, RUNNING = "service file", "trail", "acts", "running service"


@dataclass(frozen=True)
class Mutation:
    where: str
    name: str
    cause: object                    # words, one of which stands in the explanation of a catch
    declare: object = None           # edits the service file before people sign it
    say: object = None               # edits the acts
    redeclare: object = None         # edits the service file after people signed it
    faults: tuple = ()               # of the running service
    signs: bool = True
    looks: bool = True
    later: timedelta = timedelta()   # judged that long after
    damage: object = None            # does something to the folder before the judgement
    refused: int = 0                 # exit status where nothing is judged at all
    silent: str = ""                 # why nothing need notice it

    @property
    def causes(self):
        return (self.cause,) if isinstance(self.cause, str) else self.cause


def section(name, pattern, by):
    """Edits the first match in one section of the service file."""
    def edit(text):
        start = re.search(rf"^{name}:", text, re.M).start()
        end = re.compile(r"^\S", re.M).search(text, start + 1)
        end = end.start() if end else len(text)
        changed, count = re.subn(pattern, by, text[start:end], count=1, flags=re.M | re.S)
        if count != 1:
            raise AssertionError(f"{name}: nothing matches {pattern}")
        return text[:start] + changed + text[end:]
    return edit


def all_of(*edits):
    def edit(text):
        for one in edits:
            text = one(text)
        return text
    return edit


def declare(name, cause, *edit, **more):
    return Mutation(SERVICE_FILE, name, cause, declare=section(*edit), **more)


def acts(name, cause, edit, **more):
    return Mutation(ACTS, name, cause, say=edit, **more)
