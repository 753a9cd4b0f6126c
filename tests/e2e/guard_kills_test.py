"""A short campaign of guard_kills.py: what it counts must add up."""

import unittest

from guard_kills import campaign

KILLS = 16


class Kills(unittest.TestCase):
    def test_every_request_is_accounted_for(self):
        figures = campaign(KILLS, seed=3)
        self.assertEqual(KILLS, sum(figures["kills"].values()))
        self.assertEqual({"recorder", "recorder_for_long", "worker", "master"},
                         set(figures["kills"]))
        self.assertGreater(figures["told as dropped"], 0, "a ring overflowed")
        self.assertGreater(figures["recorded"], 10 * KILLS, "it was under load")
        self.assertLessEqual(figures["answered"] - figures["answered and not recorded"],
                             figures["recorded"])


if __name__ == "__main__":
    unittest.main()
