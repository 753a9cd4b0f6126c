"""What the campaign found, as tables for docs/mutations.md: nothing in them depends on the day."""

from mutations import ACTS, RUNNING, SERVICE_FILE, TRAIL

BEGIN, END = "<!-- begin: tests/e2e/mutations_test.py -->\n", "<!-- end -->\n"
SHORT = 6


def said(mutation):
    return " or ".join(f"`{cause}`" for cause in mutation.causes)


def table(head, rows):
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in rows]) + "\n"


def figures(before, outcomes):
    met = [name for name, item in before.items() if item["state"] == "met"]
    proofs = {proof["id"] for name in met for proof in before[name]["proofs"]}
    silent = sum(bool(outcome.mutation.silent) for outcome in outcomes)
    refused = sum(outcome.refused for outcome in outcomes)
    return (f"{len(met)} of {len(before)} items are met, by {len(proofs)} proofs. {len(outcomes)} "
            f"mutations: {len(outcomes) - silent - refused} were caught with their cause named, "
            f"{refused} made `garant check` refuse the trail, {silent} need not be noticed.\n")


def item_rows(before, outcomes):
    for name, item in before.items():
        if item["state"] != "met":
            continue
        named = [outcome for outcome in outcomes
                 if name in outcome.named and outcome.mutation.where != TRAIL]
        best = min(named, key=lambda outcome: len(outcome.worse), default=None)
        if best:
            yield (name, str(len(named)), best.mutation.name, best.mutation.where,
                   best.worse[name], said(best.mutation))


def mutation_rows(outcomes, where):
    for outcome in outcomes:
        mutation = outcome.mutation
        if mutation.where != where:
            continue
        names = sorted(outcome.named)
        shown = ", ".join(names[:SHORT]) + (f" and {len(names) - SHORT} more"
                                            if len(names) > SHORT else "")
        if outcome.refused:
            shown = "everything: the trail is refused"
        yield mutation.name, mutation.silent or shown, "" if mutation.silent else said(mutation)


def rewritten(page, before, outcomes):
    """The page with what stands between the marks made anew."""
    parts = [figures(before, outcomes), "## Items\n",
             table(("item", "caught by", "for example", "made wrong in", "it becomes", "named by"),
                   item_rows(before, outcomes)), "## Mutations\n"]
    for where in (SERVICE_FILE, ACTS, RUNNING, TRAIL):
        parts += [f"### In the {where}\n",
                  table(("mutation", "turns away", "named by"), mutation_rows(outcomes, where))]
    head, rest = page.split(BEGIN)
    return head + BEGIN + "\n" + "\n".join(parts) + "\n" + END + rest.split(END)[1]
