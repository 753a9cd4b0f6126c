"""What is somebody else's: another service's observations, and text that would move a cursor."""

from workplace import COOKIE_MANNERS, Workplace, service_file


class Foreign(Workplace):
    def seen(self, file):
        """Entries that the verdicts of a service rest on."""
        judged = self.judge(file, "--standard", COOKIE_MANNERS, "--trail",
                            self.folder / ".garant" / "trail")
        return {origin["entry"] for item in judged["items"] for proof in item["proofs"]
                for reason in proof["reasons"] for origin in reason["origins"]
                if origin["world"] == "observed"}

    def test_observations_of_another_service_prove_nothing(self):
        self.write("garant.yaml", service_file())
        self.write("other.yaml", service_file().replace("dog-licences", "cat-licences"))
        service = self.serve(b"<p>Hello", (("Content-Type", "text/html"),
                                           ("Set-Cookie", "visitor=1; Max-Age=60")))
        self.call("probe", "--url", service, status=0)
        self.assertTrue(self.seen("garant.yaml"))
        self.assertEqual(set(), self.seen("other.yaml"))

    def test_what_others_wrote_does_not_move_the_cursor(self):
        self.write("garant.yaml", service_file(rest='"x\\e[2J\\u009b2J\\u202e": 1\n'))
        said = self.call("check", status=2).stderr
        self.assertIn("garant.yaml", said)
        for treacherous in ("\x1b", "\u009b", "\u202e"):
            self.assertNotIn(treacherous, said)

    def test_no_report_takes_the_place_of_a_device(self):
        self.write("garant.yaml", service_file())
        said = self.call("check", "--output", "/dev/null", status=3).stderr
        self.assertIn("/dev/null", said)
