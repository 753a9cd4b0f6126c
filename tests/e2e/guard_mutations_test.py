"""The campaign at the guard: whatever is made wrong there turns the proofs that are about it, no other."""

import tempfile
import unittest

import guard_campaign
from guard_campaign import Judged
from guarded_world import GuardedTeam, GuardedWorld
from mutations_guard import GUARD_MUTATIONS, ITEMS


class GuardMutations(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        world = GuardedWorld(folder.name)
        cls.addClassCleanup(world.end)
        team = GuardedTeam(world, "team")
        cls.before = Judged.of(team.judge())
        cls.outcomes = guard_campaign.run_all(world, team, cls.before)

    def of_each(self, check):
        for outcome in self.outcomes:
            with self.subTest(mutation=outcome.mutation.name):
                self.assertEqual("", outcome.error)
                check(outcome)

    def test_what_a_guard_is_for_is_met_behind_it(self):
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

    def test_nothing_gets_better(self):
        self.of_each(lambda outcome: self.assertEqual([], outcome.better))

    def test_what_is_made_right_again_is_judged_as_before(self):
        def check(outcome):
            self.assertEqual(self.before.items, outcome.after.items)
            self.assertEqual(self.before.proofs, outcome.after.proofs)
        self.of_each(check)

    def test_what_is_changed_in_files_shows_in_the_difference(self):
        self.of_each(lambda outcome: self.assertTrue(outcome.shows))

    def test_names_are_told_apart(self):
        names = [mutation.name for mutation in GUARD_MUTATIONS]
        self.assertEqual(sorted(set(names)), sorted(names))


if __name__ == "__main__":
    unittest.main()
