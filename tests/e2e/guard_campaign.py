"""Makes each thing wrong at one running guard, looks, judges, and makes it right again."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta

from campaign import BEST_LAST, explanation
from exemplary_world import items_of
from guarded_world import GuardedTeam, GuardedWorld
from mutations_guard_running import GUARD_MUTATIONS

LONG_ENOUGH = "PT5S"  # for a journey that shall not join up; one that shall has a minute


@dataclass
class Judged:
    items: dict   # item: its state
    proofs: dict  # proof: its state, the worst where several items ask for it
    said: dict    # proof: its explanation
    asks: dict    # item: its proofs

    @classmethod
    def of(cls, judgement):
        judged = cls({}, {}, {}, {})
        for name, item in items_of(judgement).items():
            judged.items[name] = item["state"]
            judged.asks[name] = [proof["id"] for proof in item["proofs"]]
            for proof in item["proofs"]:
                known = judged.proofs.get(proof["id"], "met")
                if BEST_LAST.index(proof["state"]) <= BEST_LAST.index(known):
                    judged.proofs[proof["id"]] = proof["state"]
                    judged.said[proof["id"]] = explanation(proof)
        return judged


@dataclass
class Outcome:
    mutation: object
    turned: dict = field(default_factory=dict)  # proof that held: its state, what it says
    worse: dict = field(default_factory=dict)   # item: its state
    better: list = field(default_factory=list)  # items and proofs
    remarks: str = ""                           # of the probe
    shows: bool = True                          # `garant guard diff` tells of it
    after: object = None                        # Judged, once it is right again
    error: str = ""

    @property
    def heard(self):
        return set(re.findall(r" web \((\w+)/", self.remarks))


def compare(outcome, before, now):
    for proof, state in before.proofs.items():
        if state == "met" != now.proofs[proof]:
            outcome.turned[proof] = (now.proofs[proof], now.said[proof])
    for was, is_now in ((before.items, now.items), (before.proofs, now.proofs)):
        outcome.better += [name for name, state in was.items()
                           if BEST_LAST.index(is_now[name]) > BEST_LAST.index(state)]
    outcome.worse = {name: now.items[name] for name, state in before.items.items()
                     if BEST_LAST.index(now.items[name]) < BEST_LAST.index(state)}


def look(team, mutation, outcome):
    days = mutation.hours / 24
    if mutation.hours:
        team.look(days_later=days)
        if mutation.takes is None:
            team.take(days)
    elif mutation.along:
        outcome.remarks = team.look_along(mutation.takes and mutation.takes(team), wait=LONG_ENOUGH)
    else:
        team.look()
    return Judged.of(team.judge(days_later=days))


def make_wrong(team, mutation, outcome):
    guard = team.world.guard
    sound = guard.difference()
    team.world.origin.ahead = timedelta(hours=mutation.hours)
    guard.set_ahead(mutation.hours)
    guard.apply(mutation)
    if mutation.in_files:
        outcome.shows = guard.difference() != sound
    if mutation.declare:
        guard.settings.write_text(guard.settings_of(team), "utf-8")
    if mutation.do:
        mutation.do(team)
    guard.reload()


def make_right(team, mutation):
    team.world.origin.ahead = timedelta()
    team.world.guard.set_ahead(0)
    if mutation.undo:
        mutation.undo(team)
    team.world.guard.restore()


def try_one(team, before, mutation):
    outcome = Outcome(mutation)
    try:
        make_wrong(team, mutation, outcome)
        compare(outcome, before, look(team, mutation, outcome))
    except AssertionError as problem:
        outcome.error = str(problem)
    finally:
        make_right(team, mutation)
    return outcome


def try_for_a_while(team, before, mutation):
    outcome = try_one(team, before, mutation)
    if mutation.along:
        team.look_along()
    else:
        team.look()
    outcome.after = Judged.of(team.judge())
    return outcome


def try_for_good(world, number, before, mutation):
    """With a team of its own, not judged again: it would be a day until it is forgotten."""
    team = GuardedTeam(world, f"team-{number}", mutation.declare)
    sound = before if mutation.declare else Judged.of(team.judge())
    outcome = try_one(team, before, mutation)
    outcome.after = sound
    return outcome


def run_lane(folder, mutations):
    """In a world of its own: what was judged before, and the outcomes."""
    world = GuardedWorld(folder)
    try:
        team = GuardedTeam(world, "team")
        before = Judged.of(team.judge())
        # A team of its own takes the guard over.
        in_order = sorted(mutations, key=lambda mutation: mutation.lasting)
        return before, [try_for_good(world, number, before, mutation) if mutation.lasting
                        else try_for_a_while(team, before, mutation)
                        for number, mutation in enumerate(in_order)]
    finally:
        world.end()


def run_all(folders, mutations=GUARD_MUTATIONS):
    """Side by side, since most of the time is waiting; outcomes in the mutations' order."""
    lanes = len(folders)
    with ThreadPoolExecutor(lanes) as workers:
        runs = list(workers.map(run_lane, folders,
                                [mutations[lane::lanes] for lane in range(lanes)]))
    outcomes = [outcome for _, some in runs for outcome in some]
    return ([before for before, _ in runs],
            sorted(outcomes, key=lambda outcome: mutations.index(outcome.mutation)))
