"""A file of acts, signed with the real ssh-keygen: all of it is recorded, or none."""

import unittest

from workplace import COOKIE_MANNERS, Workplace, public_key, service_file

REVIEW = "  - { kind: review, item: c-01, by: %s, statement: Said by %s. }\n"


class ActsFile(Workplace):
    def setUp(self):
        super().setUp()
        keys = {name: self.make_key(name) for name in ("owner", "legal")}
        self.write("garant.yaml",
                   service_file({name: public_key(path) for name, path in keys.items()}))

    def acts(self, text, *words, status=0):
        self.write("said/acts.yaml", text)
        return self.call("acts", "said/acts.yaml", "--standard", COOKIE_MANNERS,
                         *(words or ("--keys", self.top / "keys")), status=status)

    def recorded(self):
        return [(act["kind"], act["by"], act["standing"])
                for act in self.judge("--standard", COOKIE_MANNERS)["acts"]]

    def test_each_person_signs_what_they_said(self):
        self.write("said/paper.txt", "what a third party wrote")
        done = self.acts("acts:\n  - { id: e, kind: excuse, mode: accepted, item: [c-01, c-02],"
                         " by: owner, statement: Later. }\n"
                         "  - { kind: approval, of: e, item: c-02, by: legal, statement: Agreed. }\n"
                         "  - { kind: external, item: c-01, by: legal, document: paper.txt,"
                         " issuer: Others, dated: 2026-01-02, statement: As it came. }\n"
                         "  - { kind: review, item: c-01, by: owner, signed: false, statement: So. }\n")
        self.assertIn("Recorded 5 acts as entries 0 to 4.", done.stdout)
        self.assertEqual([("excuse", "owner", "counts"), ("excuse", "owner", "counts"),
                          ("approval", "legal", "counts"), ("external", "legal", "counts"),
                          ("review", "owner", "claimed")], self.recorded())

    def test_where_one_has_no_key_nothing_is_recorded(self):
        done = self.acts("acts:\n" + REVIEW % ("owner", "owner") + REVIEW % ("security", "security"),
                         status=2)
        self.assertIn("'security' has no key to sign with", done.stderr)
        self.assertEqual([], self.recorded())

    def test_a_key_that_the_service_file_does_not_give_is_refused(self):
        self.make_key("security")
        done = self.acts("acts:\n" + REVIEW % ("security", "security"), status=2)
        self.assertIn("the service file has no key for 'security'", done.stderr)
        (self.top / "keys" / "owner").unlink()
        (self.top / "keys" / "owner.pub").unlink()
        self.make_key("owner")
        self.assertIn("this is not the signature of 'owner'",
                      self.acts("acts:\n" + REVIEW % ("owner", "owner"), status=4).stderr)
        self.assertEqual([], self.recorded())

    def test_what_is_no_file_of_acts_is_refused(self):
        for text, said in (("acts: []\n", "said/acts.yaml holds no act"),
                           ("deeds: []\n", "a list 'acts:' is expected here"),
                           ("acts:\n  - { kind: deed, item: c-01, by: owner, statement: So. }\n",
                            "there is no act 'deed'"),
                           ("acts:\n" + REVIEW % ("nobody", "nobody"), "names no person 'nobody'"),
                           ("acts:\n  - { kind: approval, of: gone, item: c-01, by: owner,"
                            " statement: So. }\n", "no act before this one goes by the id 'gone'")):
            with self.subTest(text=text):
                self.assertIn(said, self.acts(text, status=2).stderr)
        self.assertEqual([], self.recorded())

    def test_the_folder_of_keys_is_asked_for(self):
        self.assertIn("--keys", self.acts("acts: []\n", "--lang", "en", status=2).stderr)


if __name__ == "__main__":
    unittest.main()
