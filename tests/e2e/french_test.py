"""Whoever asks for French reads French: help, manual, refusals and what is wrong with a trail."""

import re
import subprocess

from workplace import COOKIE_MANNERS, LOG, Workplace, service_file

COMMANDS = ("", "init", "check", "probe", "act", "acts", "trail", "trail verify", "trail show",
            "trail journey", "trail who-looked", "trail export", "trail prove", "trail cosign", "trail witness", "trail erase",
            "trail receipt", "trail tiles", "trail rotate-root", "trail expire", "trail backup", "trail restore", "trail hold", "trail hold add", "trail hold list",
            "trail hold end", "recorder", "serve", "guard", "guard render", "guard diff", "guard run",
            "standard", "standard test", "schema", "demo", "doctor", "completion", "man")
# The same in both languages: an option with what it takes, a command, and a line to type.
SHARED = re.compile(r"--\S+( \S+)?|(garant|source) .*|"
                    r"trail (verify|prove|tiles|cosign|witness|show|journey|who-looked|export|erase|receipt|rotate-root|expire|backup|restore|hold (add|list|end))|"
                    r"standard test|guard (render|diff|run)")
NO_BREAK = "\u00a0"


def sentences(text):
    """Its pieces of more than one word, told apart by line ends and columns."""
    pieces = {piece.strip() for line in text.split("\n") for piece in re.split(r" {2,}", line)}
    return {piece for piece in pieces if " " in piece and not SHARED.fullmatch(piece)}


class French(Workplace):
    def in_both(self, *words, status=None, err=False):
        """What it says in English and in French; the exit status is the same."""
        said = []
        for language in ("en", "fr"):
            done = self.call(*words, status=status,
                             environment={"LC_ALL": f"{language}_CA.UTF-8"})
            status = done.returncode
            said.append(done.stderr if err else done.stdout)
        return said

    def assert_typography(self, text):
        self.assertNotRegex(text, r"[^\s:] :(\s|$)|« | »| [;?!](\s|$)",
                            "no-break spaces before a colon and in guillemets, none before ; ? !")

    def test_no_sentence_of_any_help_is_english(self):
        for command in COMMANDS:
            with self.subTest(command=command):
                english, french = self.in_both(*command.split(), "--help", status=0)
                self.assertEqual(*(re.findall(r"^  --[a-z-]+", text, re.MULTILINE)
                                   for text in (english, french)))
                self.assertGreaterEqual(len(sentences(english)), 2)
                self.assertEqual(set(), sentences(english) & sentences(french))
                self.assertIn(f"Usage{NO_BREAK}: garant", french)
                self.assert_typography(french)
                asked = self.call(*command.split(), "--help", "--lang", "fr", status=0).stdout
                self.assertEqual(french, asked)

    def test_the_manual_is_french_and_renders(self):
        english, french = self.in_both("man", status=0)
        lines = [{line for line in page.split("\n") if " " in line.strip()
                  and not line.startswith((".", "\\fB", "    "))} for page in (english, french)]
        self.assertGreater(len(lines[0]), 80)
        self.assertEqual(set(), lines[0] & lines[1])
        self.assertEqual(re.findall(r"^\.SS \"garant ([a-z ]+)", english, re.MULTILINE),
                         re.findall(r"^\.SS \"garant ([a-z ]+)", french, re.MULTILINE))
        rendered = subprocess.run(["groff", "-man", "-ww", "-Tutf8", "-K", "utf8"], input=french,
                                  capture_output=True, encoding="utf-8", check=False)
        self.assertEqual((0, ""), (rendered.returncode, rendered.stderr))
        shown = re.sub(".\b", "", rendered.stdout)
        self.assertIn("ÉTAT DE SORTIE", shown)
        self.assertRegex(shown, r"refus +de +la +machine\s: +un +fichier")

    def test_completion_offers_the_same_in_french(self):
        english, french = self.in_both("completion", "bash", status=0)
        self.assertNotEqual(english.splitlines()[0], french.splitlines()[0])
        self.assertEqual(english.splitlines()[1:], french.splitlines()[1:])
        done = subprocess.run(["bash", "-n"], input=french, capture_output=True, encoding="utf-8",
                              check=False)
        self.assertEqual((0, ""), (done.returncode, done.stderr))

    def test_a_misused_command_line_is_refused_in_french(self):
        for words, en, fr in (
                (("check", "--wish"), "there is no option '--wish'",
                 "il n’y a pas d’option « --wish »"),
                (("check", "--formt", "json"), "did you mean '--format'?",
                 "vouliez-vous dire « --format »?"),
                (("check", "--item"), "--item needs a value", "--item exige une valeur"),
                (("check", "--all=perhaps"), "--all takes no value", "--all ne prend pas de valeur"),
                (("check", "--item", "a", "--item", "b"), "--item is given more than once",
                 "--item est donnée plus d’une fois"),
                (("check", "--stage", "gamma"), "it is one of: alpha, beta, live",
                 "choix possibles : alpha, beta, live"),
                (("check", "a", "b"), "'b' is one argument too many", "« b » est un argument de trop"),
                (("act",), "KIND is missing", "il manque GENRE"),
                (("act", "wish"), "KIND cannot be 'wish'", "GENRE ne peut être « wish »"),
                (("standard", "test"), "FOLDER is missing", "il manque DOSSIER"),
                (("trail", "verfy"), "did you mean 'verify'?", "vouliez-vous dire « verify »?"),
                (("trail",), "a command is missing", "il manque une commande"),
                ((), "a command is missing", "il manque une commande")):
            with self.subTest(words=words):
                english, french = self.in_both(*words, status=2, err=True)
                self.assertIn(en, english)
                self.assertIn(fr, french.replace(NO_BREAK, " "))
                self.assertTrue(french.startswith(f"garant{NO_BREAK}: "), french)
                self.assertFalse(set(english.splitlines()) & set(french.splitlines()))
                self.assert_typography(french)

    def test_the_language_is_taken_wherever_it_stands(self):
        self.write("garant.yaml", service_file())
        for words in (("--lang", "fr", "check", "--wish"), ("check", "--lang=fr", "--wish"),
                      ("check", "--wish", "--lang", "fr")):
            self.assertIn("pas d’option", self.call(*words, status=2).stderr, words)
        self.assertIn("Permis de chien", self.call("--lang", "fr", "check", "--standard",
                                                   COOKIE_MANNERS).stdout)
        for words in (("--lang", "de", "check"), ("check", "--lang", "de")):
            self.assertIn("--lang cannot be 'de'", self.call(*words, status=2).stderr, words)

    def test_files_and_moments_that_are_none_are_refused_in_french(self):
        english, french = self.in_both("check", "nulle-part.yaml", status=2, err=True)
        self.assertIn("cannot open nulle-part.yaml: No such file", english)
        self.assertIn(f"impossible d’ouvrir nulle-part.yaml{NO_BREAK}: aucun fichier", french)
        self.assert_typography(french)
        self.write("garant.yaml", service_file())
        english, french = self.in_both("check", "--as-of", "demain", status=2, err=True)
        self.assertIn("'demain' is not a time", english)
        self.assertIn(f"«{NO_BREAK}demain{NO_BREAK}» n’est pas un moment; écrivez une date", french)
        self.assert_typography(french)

    def test_an_act_is_refused_in_french(self):
        self.write("garant.yaml", service_file())
        act = ("act", "review", "--standard", COOKIE_MANNERS, "--statement", "Vu.", "--unsigned")
        for words, en, fr in (
                (("--item", "c-01", "--by", "ownr"), "no person 'ownr'; did you mean 'owner'?",
                 "ne nomme personne « ownr »; vouliez-vous dire « owner »?"),
                (("--item", "c-99", "--by", "owner"), "the standard has no item 'c-99'",
                 "le référentiel n’a pas d’élément « c-99 »"),
                (("--by", "owner"), "an act needs --item", "un acte exige --item"),
                (("--item", "c-01", "--by", "owner", "--at", "2090-01-01"), "--at lies in the future",
                 "--at est dans l’avenir"),
                (("--item", "c-01", "--by", "owner", "--document", "none"), "cannot open none",
                 "impossible d’ouvrir none")):
            with self.subTest(words=words):
                english, french = self.in_both(*act, *words, status=2, err=True)
                self.assertIn(en, english)
                self.assertIn(fr, french.replace(NO_BREAK, " "))
                self.assert_typography(french)

    def test_a_broken_trail_is_told_in_french_with_file_and_offset(self):
        self.write("garant.yaml", service_file())
        for _ in range(2):
            self.call("act", "review", "--standard", COOKIE_MANNERS, "--item", "c-01", "--by", "owner",
                      "--statement", "Vu.", "--unsigned", status=0)
        trail = self.folder / ".garant" / "trail"
        whole = {name: (trail / name).read_bytes() for name in (LOG, "checkpoints", "log.vkey")}
        second = re.search(r"log: byte (\d+), entry 1: ", self.broken(trail, whole, LOG, -40))
        self.assertIsNotNone(second)
        for name, at, fr in (
                (LOG, -40, f"log : octet {second[1]}, entrée 1 : "),
                ("checkpoints", 3, "checkpoints : octet 0 : point de contrôle : il n’est pas de"),
                ("checkpoints", -8, "point de contrôle : sa signature ne tient pas"),
                ("log.vkey", -6, "log.vkey : octet 0 : l’identifiant de la clé de vérification")):
            with self.subTest(name=name, at=at):
                english = self.broken(trail, whole, name, at)
                french = self.call("trail", "verify", "--lang", "fr", status=4).stdout
                self.assertIn(fr, french.replace(NO_BREAK, " "))
                self.assertFalse(set(english.splitlines()) & set(french.splitlines()))
                if at == 3:
                    continue  # judging reads the last checkpoint alone
                english, french = self.in_both("check", "--standard", COOKIE_MANNERS, status=4, err=True)
                self.assertFalse(set(english.splitlines()) & set(french.splitlines()))
                self.assert_typography(french)

    def test_what_the_probe_saw_is_told_in_french(self):
        self.write("garant.yaml", service_file())
        english, french = self.in_both("probe", "--dry-run", "--url", self.serve(), status=0)
        self.assertRegex(english, r"=(yes|no)\b")
        self.assertNotRegex(french, r"=(yes|no)\b")
        self.assertEqual(len(re.findall(r"=(yes|no)\b", english)),
                         len(re.findall(r"=(oui|non)\b", french)))

    def broken(self, trail, whole, name, at):
        """What is said in English of the trail with one byte of one file changed."""
        for one, content in whole.items():
            (trail / one).write_bytes(content)
        changed = bytearray(whole[name])
        changed[at] = ord("B") if changed[at] == ord("A") else ord("A")  # base64 stays base64
        (trail / name).write_bytes(changed)
        return self.call("trail", "verify", status=4).stdout
