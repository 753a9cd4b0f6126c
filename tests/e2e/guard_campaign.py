"""Makes each thing wrong at one running guard, looks, judges, and makes it right again."""

from dataclasses import dataclass, field

from campaign import BEST_LAST, explanation
from exemplary_world import items_of
from mutations_guard import GUARD_MUTATIONS


@dataclass
class Judged:
    items: dict   # item: its state
    proofs: dict  # proof: its state, the worst where several items ask for it
    said: dict    # proof: its explanation

    @classmethod
    def of(cls, judgement):
        judged = cls({}, {}, {})
        for name, item in items_of(judgement).items():
            judged.items[name] = item["state"]
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
    shows: bool = True                          # `garant guard diff` tells of it
    after: object = None                        # Judged, once it is right again
    error: str = ""


def compare(outcome, before, now):
    for proof, state in before.proofs.items():
        if state == "met" != now.proofs[proof]:
            outcome.turned[proof] = (now.proofs[proof], now.said[proof])
    for was, is_now in ((before.items, now.items), (before.proofs, now.proofs)):
        outcome.better += [name for name, state in was.items()
                           if BEST_LAST.index(is_now[name]) > BEST_LAST.index(state)]
    outcome.worse = {name: now.items[name] for name, state in before.items.items()
                     if BEST_LAST.index(now.items[name]) < BEST_LAST.index(state)}


def look(team, mutation):
    if mutation.along:
        takes = mutation.takes(team) if mutation.takes else None
        team.look_along(takes, wait="PT3S")
    else:
        team.look()


def try_one(guard, team, before, mutation):
    outcome = Outcome(mutation)
    sound = guard.difference()
    try:
        guard.apply(mutation)
        if mutation.in_files:
            outcome.shows = guard.difference() != sound
            guard.reload()
        if mutation.do:
            mutation.do(team)
        look(team, mutation)
        compare(outcome, before, Judged.of(team.judge()))
    except AssertionError as problem:
        outcome.error = str(problem)
    finally:
        if mutation.undo:
            mutation.undo(team)
        guard.restore()
    if mutation.along:
        team.look_along()
    else:
        team.look()
    outcome.after = Judged.of(team.judge())
    return outcome


def run_all(world, team, before, mutations=GUARD_MUTATIONS):
    return [try_one(world.guard, team, before, mutation) for mutation in mutations]
