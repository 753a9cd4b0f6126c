"""The campaign at the guard: what is made wrong there turns the proofs about it, and no other."""

import os
import tempfile
import unittest

import guard_campaign
from exemplary_world import ROOT
from guard_campaign import Judged
from guard_mutation import ITEMS, JOIN
from guard_table import rewritten
from mutations_guard_running import GUARD_MUTATIONS

LANES = 2
PAGE = ROOT / "docs" / "mutations-guard.md"


class GuardMutations(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folders = [tempfile.TemporaryDirectory() for _ in range(LANES)]
        for folder in folders:
            cls.addClassCleanup(folder.cleanup)
        cls.befores, cls.outcomes = guard_campaign.run_all([folder.name for folder in folders])
        cls.before = cls.befores[0]

    def of_each(self, check):
        for outcome in self.outcomes:
            with self.subTest(mutation=outcome.mutation.name):
                self.assertEqual("", outcome.error)
                check(outcome)

    def test_what_a_guard_is_for_is_met_behind_it(self):
        for before in self.befores:
            self.assertEqual(self.before.proofs, before.proofs)
        for name in ITEMS:
            self.assertEqual("met", self.before.items[name], name)
        self.assertGreaterEqual(sum(state == "met" for state in self.before.items.values()), 60)

    def test_every_mutation_turns_the_proofs_that_are_about_it_and_no_other(self):
        def check(outcome):
            self.assertEqual(set(outcome.mutation.turns), set(outcome.turned))
            self.assertNotEqual(bool(outcome.turned), bool(outcome.mutation.silent))
        self.of_each(check)

    def test_every_proof_that_turns_names_the_cause_and_turns_an_item(self):
        def check(outcome):
            for proof, words in outcome.mutation.turns.items():
                self.assertIn(words, outcome.turned[proof][1])
            self.assertEqual(bool(outcome.turned), bool(outcome.worse))
        self.of_each(check)

    def test_the_probe_remarks_from_whom_it_heard_of_a_journey_that_fails(self):
        def check(outcome):
            fails = JOIN in outcome.turned
            self.assertEqual(fails, outcome.mutation.heard is not None)
            if fails:
                self.assertIn("web>web: ", outcome.remarks)
                self.assertEqual(outcome.mutation.heard, outcome.heard)
        self.of_each(check)

    def test_nothing_gets_better(self):
        self.of_each(lambda outcome: self.assertEqual([], outcome.better))

    def test_what_is_made_right_again_is_judged_as_before(self):
        def check(outcome):
            self.assertEqual(self.before.items, outcome.after.items)
            self.assertEqual(self.before.proofs, outcome.after.proofs)
        self.of_each(check)

    def test_what_is_changed_in_files_shows_in_the_difference(self):
        self.of_each(lambda outcome: self.assertTrue(outcome.shows))

    def test_every_proof_of_what_a_guard_is_for_is_what_turned_it_away(self):
        for item in ITEMS:
            for proof in self.before.asks[item]:
                with self.subTest(item=item, proof=proof):
                    self.assertTrue([outcome for outcome in self.outcomes
                                     if proof in outcome.turned and item in outcome.worse])

    def test_the_page_tells_of_this_run(self):
        page = PAGE.read_text("utf-8")
        fresh = rewritten(page, self.before, self.outcomes)
        if os.environ.get("GARANT_UPDATE"):
            PAGE.write_text(fresh, "utf-8")
        else:
            self.assertEqual(fresh, page, "run this test with GARANT_UPDATE=1")

    def test_names_are_told_apart(self):
        names = [mutation.name for mutation in GUARD_MUTATIONS]
        self.assertEqual(sorted(set(names)), sorted(names))


if __name__ == "__main__":
    unittest.main()
