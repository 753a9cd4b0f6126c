"""What the campaign at the guard found, as a table for docs/mutations-guard.md."""

from mutations_table import END, SHORT, table

BEGIN = "<!-- begin: tests/e2e/guard_mutations_test.py -->\n"


def shown(names):
    names = sorted(names)
    more = f" and {len(names) - SHORT} more" if len(names) > SHORT else ""
    return ", ".join(names[:SHORT]) + more


def row(outcome):
    mutation = outcome.mutation
    if mutation.silent:
        return mutation.name, mutation.silent, "", ""
    states = (f"`{proof}` {state}" for proof, (state, _) in sorted(outcome.turned.items()))
    words = dict.fromkeys(f"`{words}`" for words in mutation.turns.values())
    if mutation.heard is not None:
        words[f"heard of the journey: {shown(mutation.heard) or 'nothing'}"] = None
    return mutation.name, "; ".join(states), shown(outcome.worse), ", ".join(words)


def figures(before, outcomes):
    met = sum(state == "met" for state in before.items.values())
    turned = {proof for outcome in outcomes for proof in outcome.turned}
    items = {item for outcome in outcomes for item in outcome.worse}
    silent = sum(bool(outcome.mutation.silent) for outcome in outcomes)
    return (f"{met} of {len(before.items)} items are met behind the guard. {len(outcomes)} "
            f"mutations: {len(outcomes) - silent} were caught with their cause named, and turned "
            f"{len(turned)} proofs and {len(items)} items away; {silent} need not be noticed.\n")


def rewritten(page, before, outcomes):
    """The page with what stands between the marks made anew."""
    parts = [figures(before, outcomes)]
    for where in dict.fromkeys(outcome.mutation.where for outcome in outcomes):
        parts += [f"## In the {where}\n",
                  table(("mutation", "proofs that stop holding", "items", "named by"),
                        (row(one) for one in outcomes if one.mutation.where == where))]
    head, rest = page.split(BEGIN)
    return head + BEGIN + "\n" + "\n".join(parts) + "\n" + END + rest.split(END)[1]
