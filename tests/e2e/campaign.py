"""Makes each thing wrong in a folder of its own and compares what is judged then with before."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timezone

from exemplary_world import Refused, Running, Team, change, items_of
from mutations_acted import KEYS, MEETINGS, OTHER_ACTS, REVIEWS, TOUCHED
from mutations_declared import LAWS, MAP, PLANS, WEB
from mutations_risks import ASSESSMENTS, THREATS, WATCH
from mutations_seen import SEEN, TRAILS

MUTATIONS = (*PLANS, *LAWS, *MAP, *WEB, *THREATS, *ASSESSMENTS, *WATCH, *REVIEWS, *MEETINGS,
             *OTHER_ACTS, *KEYS, *TOUCHED, *SEEN, *TRAILS)
BEST_LAST = ("contradicted", "unmet", "unknown", "excused", "met")
AT_ONCE = 2


@dataclass
class Outcome:
    mutation: object
    worse: dict = field(default_factory=dict)   # item: its new state
    better: dict = field(default_factory=dict)  # item: (old, new)
    named: set = field(default_factory=set)     # items whose explanation names the cause
    proofs: set = field(default_factory=set)    # (item, proof) that stopped holding, cause named
    said: dict = field(default_factory=dict)    # item: what the explanation says
    refused: bool = False                       # nothing was judged, and it was said why
    error: str = ""


def explanation(proof):
    words = [proof["summary"]["en"]]
    for reason in proof["reasons"]:
        words += [reason["text"]["en"], reason["expression"]]
    return " | ".join(words)


def compare(outcome, before, after):
    def names(text):
        return any(cause in text for cause in outcome.mutation.causes)

    for name, was in before.items():
        item = after[name]
        change = BEST_LAST.index(item["state"]) - BEST_LAST.index(was["state"])
        if change > 0:
            outcome.better[name] = (was["state"], item["state"])
        if change < 0:
            outcome.worse[name] = item["state"]
        failing = {p["id"]: explanation(p) for p in item["proofs"] if p["state"] != "met"}
        if change < 0:
            outcome.said[name] = [item["summary"]["en"], *failing.values()]
            if any(map(names, outcome.said[name])):
                outcome.named.add(name)
        held = {p["id"] for p in was["proofs"] if p["state"] == "met"}
        outcome.proofs |= {(name, proof) for proof, text in failing.items()
                           if proof in held and names(text)}


def prepare(team, mutation):
    if mutation.declare:
        change(team.file, mutation.declare)
    if mutation.say:
        change(team.acts, mutation.say)
        team.sign_past()
    if mutation.signs:
        team.sign()
    else:
        team.forget()
    if mutation.looks:
        team.look()
    if mutation.redeclare:
        change(team.file, mutation.redeclare)
    if mutation.damage:
        mutation.damage(team)


def try_one(world, before, number, mutation):
    outcome = Outcome(mutation)
    service = None
    try:
        if mutation.faults:
            folder = world.folder / f"service-{number}"
            folder.mkdir()
            service = Running(folder, world.certificates, mutation.faults)
        team = Team(world, f"team-{number}", service)
        prepare(team, mutation)
        compare(outcome, before, items_of(team.judge(days_later=mutation.later.days)))
        if mutation.refused:
            outcome.error = "it was judged all the same"
    except Refused as problem:
        if problem.status == mutation.refused and any(word in str(problem) for word in mutation.causes):
            outcome.refused = True
        else:
            outcome.error = str(problem)
    except AssertionError as problem:
        outcome.error = str(problem)
    finally:
        if service:
            service.end()
    return outcome


def run_all(world, before, mutations=MUTATIONS):
    with ThreadPoolExecutor(AT_ONCE) as workers:
        return list(workers.map(lambda pair: try_one(world, before, *pair), enumerate(mutations)))
