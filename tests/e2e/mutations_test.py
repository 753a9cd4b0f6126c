"""The campaign: whatever is met stops being met when one thing is made wrong, and says so."""

import os
import subprocess
import tempfile
import unittest
from datetime import datetime, timezone

import campaign
from exemplary_world import GARANT, ROOT, Team, World, items_of
from guard_mutation import ITEMS as TRIED_AT_THE_GUARD
from mutations import TRAIL
from mutations_table import rewritten

PAGE = ROOT / "docs" / "mutations.md"


class Mutations(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.world = World(folder.name)
        cls.addClassCleanup(cls.world.end)
        cls.team = Team(cls.world, "exemplary")
        cls.team.sign()
        cls.team.look()
        cls.before = items_of(cls.team.judge())
        cls.met = [name for name, item in cls.before.items() if item["state"] == "met"]
        cls.outcomes = campaign.run_all(cls.world, cls.before)

    def test_most_of_what_can_be_met_today_is_met(self):
        self.assertGreaterEqual(len(self.met), 60)

    def test_every_mutation_is_caught_and_its_cause_is_named(self):
        for outcome in self.outcomes:
            with self.subTest(mutation=outcome.mutation.name):
                self.assertEqual("", outcome.error)
                if outcome.mutation.silent:
                    self.assertFalse(outcome.worse, "it is noticed; say so no longer that it is not")
                elif not outcome.mutation.refused:
                    self.assertTrue(outcome.worse, "it survives")
                    self.assertTrue(outcome.named, f"its cause is not named: {outcome.said}")

    def test_every_item_that_is_met_is_turned_away_by_what_its_team_did(self):
        for name in self.met:
            with self.subTest(item=name):
                self.assertTrue([outcome for outcome in self.outcomes if name in outcome.named
                                 and outcome.mutation.where != TRAIL])

    def test_every_proof_of_them_is_what_turned_one_away(self):
        caught = set()
        for outcome in self.outcomes:
            if outcome.mutation.where != TRAIL:
                caught |= outcome.proofs
        for name in self.met:
            for proof in self.before[name]["proofs"]:
                with self.subTest(item=name, proof=proof["id"]):
                    self.assertIn((name, proof["id"]), caught)

    def test_no_fault_makes_anything_better(self):
        self.assertEqual({}, {outcome.mutation.name: outcome.better for outcome in self.outcomes
                              if outcome.better})

    def test_nothing_changes_where_nothing_is_changed(self):
        moment = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.assertEqual(self.team.judge(moment), self.team.judge(moment))
        again = items_of(self.team.judge())
        self.assertEqual({name: item["state"] for name, item in self.before.items()},
                         {name: item["state"] for name, item in again.items()})
        self.assertEqual(self.team.judge("2026-01-01"), self.team.judge("2026-01-01"))

    def test_what_the_demo_meets_is_among_what_was_tried(self):
        folder = self.world.folder / "demo"
        environment = {"HOME": str(self.world.folder), "PATH": os.environ["PATH"],
                       "LC_ALL": "C.UTF-8"}
        subprocess.run([GARANT, "demo", "--once", "--keep", folder], check=True, env=environment,
                       stdin=subprocess.DEVNULL, capture_output=True, timeout=300)
        judged = subprocess.run(
            [GARANT, "check", folder / "garant.yaml", "--root-key", folder / "keys" / "root",
             "--format", "json"], env=environment, stdin=subprocess.DEVNULL, capture_output=True,
            encoding="utf-8", timeout=300, check=False)
        met = {name for name, item in items_of(judged.stdout).items() if item["state"] == "met"}
        self.assertTrue(met)
        self.assertEqual(set(), met - set(self.met) - set(TRIED_AT_THE_GUARD))

    def test_the_page_tells_of_this_run(self):
        page = PAGE.read_text("utf-8")
        fresh = rewritten(page, self.before, self.outcomes)
        if os.environ.get("GARANT_UPDATE"):
            PAGE.write_text(fresh, "utf-8")
        else:
            self.assertEqual(fresh, page, "run this test with GARANT_UPDATE=1")


if __name__ == "__main__":
    unittest.main()
