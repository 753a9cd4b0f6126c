"""What a person meets at the command line: help, completion, manual, and every way to go wrong."""

import html.parser
import json
import os
import pty
import re
import select
import subprocess

from workplace import COOKIE_MANNERS, GARANT, Workplace, item_of, service_file

COMMANDS = {
    "init": (), "check": (), "probe": (), "act": ("review",), "trail verify": (),
    "trail show": (), "trail prove": ("0",), "trail cosign": (), "trail witness": (),
    "trail journey": (), "trail who-looked": (), "trail export": (),
    "trail erase": ("persons.tsv",), "trail receipt": ("a.receipt",), "trail tiles": ("folder",), "trail rotate-root": (),
    "trail expire": (), "trail backup": ("copy",), "trail restore": ("copy",),
    "trail hold add": (), "trail hold list": (), "trail hold end": ("19e4c07d52aa0b31",),
    "standard test": ("folder",), "schema": (), "demo": (), "acts": ("file",), "doctor": (), "completion": ("bash",),
    "man": (), "recorder": (), "serve": (), "guard render": (), "guard diff": (), "guard run": (),
}
ESCAPE = "\x1b"


class Help(Workplace):
    def test_every_command_has_help_with_an_example(self):
        top = self.call("--help", status=0).stdout
        for command in COMMANDS:
            self.assertIn(f"  {command.split()[0]} ", top)
            shown = self.call(*command.split(), "--help", status=0)
            self.assertIn("Examples:", shown.stdout, command)
            self.assertRegex(shown.stdout, rf"  .*garant {command}\b", command)
            self.assertIn("--lang", shown.stdout, command)
            self.assertEqual("", shown.stderr)
        self.assertRegex(self.call("--version", status=0).stdout, r"\Agarant \d+\.\d+\.\d+\n\Z")

    def test_the_list_of_commands_here_is_whole(self):
        page = self.call("man", status=0).stdout
        named = re.findall(r'^\.SS "garant ([a-z]+(?: (?:hold )?(?:verify|prove|tiles|cosign|witness|show|journey|who-looked|export|erase|receipt|rotate-root|expire|backup|restore|add|list|end|test|render|diff|run))?)',
                           page, re.MULTILINE)
        self.assertEqual(sorted(COMMANDS), sorted(named))

    def test_what_no_command_knows_is_refused(self):
        for command, argument in COMMANDS.items():
            refused = self.call(*command.split(), *argument, "--wish", status=2)
            self.assertIn("--wish", refused.stderr, command)
            self.assertEqual("", refused.stdout, command)
        for words in ((), ("wish",), ("trail",), ("trail", "wish"), ("standard",), ("act",),
                      ("act", "wish"), ("check", "a", "b"), ("check", "--stage", "gamma"),
                      ("check", "--format", "pdf"), ("check", "--lang", "de"), ("--wish",),
                      ("check", "--item"), ("check", "--item", "a", "--item", "b"),
                      ("completion", "fish"), ("standard", "test")):
            refused = self.call(*words, status=2)
            self.assertNotEqual("", refused.stderr, words)
        self.assertEqual([], list(self.folder.iterdir()), "nothing was written")

    def test_the_manual_renders_without_warnings(self):
        page = self.call("man", status=0).stdout
        rendered = subprocess.run(["groff", "-man", "-ww", "-z", "-K", "utf8"], input=page,
                                  capture_output=True, encoding="utf-8", check=False)
        self.assertEqual((0, ""), (rendered.returncode, rendered.stderr))
        for command in COMMANDS:
            self.assertIn(f'.SS "garant {command}', page)

    def complete(self, *words):
        """What a real bash would offer for the last of these words."""
        quoted = " ".join(f"'{word}'" for word in ("garant", *words))
        script = (f'source <("{GARANT}" completion bash); complete -p garant >/dev/null || exit 9; '
                  f"COMP_WORDS=({quoted}); COMP_CWORD={len(words)}; _garant; "
                  'printf "%s\\n" "${COMPREPLY[@]}"')
        done = subprocess.run(["bash", "--norc", "-c", script], cwd=self.folder, env=self.environment,
                              capture_output=True, encoding="utf-8", check=False)
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        return done.stdout.split()

    def test_completion_works_in_a_real_bash(self):
        self.assertEqual({name.split()[0] for name in COMMANDS} | {"--help", "--version"},
                         set(self.complete("")))
        self.assertEqual(["check"], self.complete("ch"))
        self.assertEqual({"--stage", "--standard"}, set(self.complete("check", "--st")))
        self.assertEqual(["alpha", "beta", "live"], self.complete("check", "--stage", ""))
        self.assertEqual(["json"], self.complete("check", "--format", "js"))
        self.assertEqual(["fr"], self.complete("demo", "--lang", "f"))
        self.assertIn("verify", self.complete("trail", ""))
        self.assertIn("show", self.complete("trail", ""))
        self.assertEqual(["--trail-key"], self.complete("trail", "verify", "--trail-"))
        self.assertNotIn("--trail-key", self.complete("trail", "show", "--trail"))
        self.assertIn("test", self.complete("standard", ""))
        self.assertIn("excuse", self.complete("act", "e"))
        self.assertEqual(["bash"], self.complete("completion", "b"))
        self.write("permis.yaml", "")
        self.assertEqual(["permis.yaml"], self.complete("check", "perm"))
        self.assertEqual(["permis.yaml"], self.complete("probe", "--service", "per"))


BAD_FILES = {
    "empty": (b"", r"^garant\.yaml(:1:1)?: "),
    "blank": (b"\n\n  \n", r"^garant\.yaml(:\d+:\d+)?: "),
    "comment": (b"# nothing\n", r"^garant\.yaml(:\d+:\d+)?: "),
    "binary": (bytes(range(256)) * 4, r"^garant\.yaml(:\d+:\d+)?: "),
    "zeros": (b"\0" * 64, r"^garant\.yaml(:\d+:\d+)?: "),
    "latin-1": ("garant: 1\nservice: { id: caf\xe9 }\n".encode("latin-1"), r"^garant\.yaml:\d+:\d+: "),
    "not YAML": (b"garant: 1\nservice: { id: a\n", r"^garant\.yaml:\d+:\d+: "),
    "tab": (b"garant: 1\nservice:\n\tid: a\n", r"^garant\.yaml:3:1: "),
    "a word": (b"hello\n", r"^garant\.yaml:1:1: "),
    "a list": (b"- garant: 1\n", r"^garant\.yaml:1:1: "),
    "a later version": (b"garant: 2\nnews: true\n", r"^garant\.yaml:1:9: .*2"),
    "version of words": (b"garant: one\n", r"^garant\.yaml:1:9: "),
    "an alias": (b"a: &x 1\nb: *x\n", r"^garant\.yaml:\d+:\d+: "),
    "a bomb of brackets": (b"[" * 100_000, r"^garant\.yaml:\d+:\d+: "),
    "two documents": (service_file().encode() + b"---\ngarant: 1\n", r"^garant\.yaml:\d+:\d+: "),
    "a long line": (b"garant: " + b"x" * 1_000_000 + b"\n", r"^garant\.yaml:1:9: "),
}


class BadFiles(Workplace):
    def test_every_bad_file_is_refused_with_its_place_in_both_languages(self):
        for name, (content, place) in BAD_FILES.items():
            self.write("garant.yaml", content)
            said = {}
            for language in ("en", "fr"):
                with self.subTest(name=name, language=language):
                    refused = self.call("check", "--lang", language, status=2)
                    self.assertEqual("", refused.stdout)
                    self.assertRegex(refused.stderr, re.compile(place, re.MULTILINE))
                    self.assertLess(len(refused.stderr), 20_000)
                    said[language] = refused.stderr
            self.assertNotEqual(said.get("en"), said.get("fr"), name)

    def test_what_is_no_file_is_refused(self):
        for name in ("missing.yaml", "", "a/b/c.yaml"):
            if name:
                missing = self.call("check", name, status=2)
                self.assertIn(name, missing.stderr)
                self.assertIn("garant init", missing.stderr)
        self.assertIn("garant.yaml", self.call("check", status=2).stderr)
        (self.folder / "dir").mkdir()
        self.assertIn("dir", self.call("check", "dir", status=3).stderr)
        self.write("huge.yaml", b"# filler\n" * 2_000_000)
        self.assertIn("huge.yaml", self.call("check", "huge.yaml", status=2).stderr)
        (self.folder / "loop").symlink_to("loop")
        self.assertIn("loop", self.call("check", "loop", status=3).stderr)

    def test_twelve_faults_are_told_at_once_in_the_order_of_the_file(self):
        self.write("garant.yaml", """\
garant: 1
service:
  id: Dog Licences
  name: { en: Dog licences }
  stage: gamma
  environment: trail
  organization: { en: City, fr: Ville, de: Stadt }
  jurisdictions: canada
people:
  - { id: owner, role: king, contact: owner@example.org }
  - { id: owner, role: owner, contact: owner@example.org, key: ssh-dss AAAA }
systems:
  - { id: web, kind: web-application, agency: A, internet: perhaps }
flows:
  - { id: f, from: person, to: nowhere, data: [contact.email], over: pigeon }
cokies: []
""")
        lines = self.call("check", status=2).stderr.splitlines()
        self.assertRegex(lines[-1], r"\Agarant: \d+ errors\Z")
        places = []
        for line in lines[:-1]:
            found = re.match(r"garant\.yaml:(\d+):(\d+): .", line)
            self.assertIsNotNone(found, line)
            places.append((int(found[1]), int(found[2])))
        self.assertEqual(sorted(places), places)
        self.assertGreaterEqual(len(places), 12)
        self.assertEqual(int(lines[-1].split()[1]), len(places))
        self.assertEqual({3, 4, 5, 6, 7, 8, 10, 11, 13, 15, 16}, {line for line, _ in places})
        self.assertIn("'cookies'", lines[-2])
        french = self.call("check", "--lang", "fr", status=2).stderr.splitlines()
        self.assertEqual(len(lines), len(french))
        self.assertRegex(french[-1], r"\Agarant\u00a0: \d+ erreurs\Z")
        self.assertIn("«\N{NO-BREAK SPACE}cookies\N{NO-BREAK SPACE}»", french[-2])
        for one, other in zip(lines, french):
            self.assertNotEqual(one, other)


class Judging(Workplace):
    COOKIES = "cookies: []\n"

    def check(self, *words, status=None, **more):
        return self.call("check", "--standard", COOKIE_MANNERS, *words, status=status, **more)

    def test_exit_statuses(self):
        self.write("garant.yaml", service_file(rest=self.COOKIES))
        self.check(status=1)  # c-01 is due, and its part was never seen
        self.check("--item", "c-01", status=1)
        self.write("garant.yaml", service_file())
        self.check(status=1)
        self.check("--as-of", "garbage", status=2)
        self.check("--as-of", "2026-02-30", status=2)
        for language, words in (("en", "lies in the future"), ("fr", "est dans l’avenir")):
            refused = self.check("--as-of", "2199-01-01", "--lang", language, status=2)
            self.assertIn(words, refused.stderr)
            self.assertEqual("", refused.stdout)
        self.check("--output", "no/such/folder/report", status=2)
        self.check("--trail-key", "any+00000000+AAAA", status=4)  # there is no trail at all

    def test_an_unknown_item_is_named_with_the_nearest(self):
        self.write("garant.yaml", service_file())
        for language, words in (("en", "did you mean c-01?"), ("fr", "vouliez-vous dire c-01?")):
            refused = self.check("--item", "c-0l", "--lang", language, status=2)
            self.assertIn(words, refused.stderr)
            self.assertEqual("", refused.stdout)
        self.assertNotIn("did you mean", self.check("--item", "elephant", status=2).stderr)
        self.assertNotIn("did you mean", self.check("--item", "", status=2).stderr)

    def test_an_unknown_standard_is_named(self):
        self.write("garant.yaml", service_file())
        refused = self.call("check", "--standard", "nowhere", status=2)
        self.assertIn("nowhere", refused.stderr)
        (self.folder / "hollow").mkdir()
        self.assertIn("hollow/standard.yaml",
                      self.call("check", "--standard", "hollow", status=2).stderr)

    def test_a_moment_of_judgement_gives_the_same_bytes(self):
        self.write("garant.yaml", service_file(rest=self.COOKIES))
        moment = ("--as-of", "2026-03-03T09:00:00Z")
        for form in ("json", "sarif", "html", "text"):
            first = self.check(*moment, "--format", form).stdout
            self.assertEqual(first, self.check(*moment, "--format", form).stdout, form)
        self.assertEqual("2026-03-03T09:00:00Z",
                         json.loads(self.check(*moment, "--format", "json").stdout)["as_of"])

    def test_a_stage_says_what_is_due(self):
        self.write("garant.yaml", service_file())
        for stage, due in (("alpha", "later"), ("beta", "next"), ("live", "now")):
            judged = json.loads(self.check("--stage", stage, "--format", "json").stdout)
            self.assertEqual((stage, due), (judged["stage"], item_of(judged, "c-02")["due"]))

    def baseline(self, change=None):
        judged = json.loads(self.check("--format", "json", status=1).stdout)
        if change:
            change(judged)
        self.write("before.json", json.dumps(judged))

    def test_a_baseline_fails_only_on_what_got_worse(self):
        self.write("garant.yaml", service_file(rest=self.COOKIES))
        self.baseline()
        self.check("--baseline", "before.json", status=0)  # the same
        self.write("garant.yaml", service_file())
        worse = self.check("--baseline", "before.json", status=1)
        self.assertIn("c-01 got worse: it was unknown, it is unmet", worse.stderr)
        self.assertIn("c-01 a empiré",
                      self.check("--baseline", "before.json", "--lang", "fr", status=1).stderr)
        self.baseline()
        self.write("garant.yaml", service_file(rest=self.COOKIES))
        better = self.check("--baseline", "before.json", status=0)
        self.assertNotIn("worse", better.stderr)

    def test_a_baseline_that_is_none_is_refused(self):
        self.write("garant.yaml", service_file())
        for bad in ("", "{", "[]", "{}", '{"items": 1}', '{"items": []}',
                    '{"format": "garant-verdicts/2", "items": []}', "\0"):
            self.write("before.json", bad)
            refused = self.check("--baseline", "before.json", status=2)
            self.assertIn("before.json", refused.stderr, bad)
        changes = (lambda j: j.update(items=[]), lambda j: j["items"].pop(),
                   lambda j: j["items"][0].pop("state"), lambda j: j["items"][0].update(state="fine"),
                   lambda j: j["service"].update(id="other"), lambda j: j.pop("service"),
                   lambda j: j["standard"].update(id="other"), lambda j: j.update(format=1),
                   lambda j: j.update(items=["c-01"]))
        for number, change in enumerate(changes):
            self.baseline(change)
            # What is not due now is not compared.
            stage = ("--stage", "live")
            refused = self.check(*stage, "--baseline", "before.json", status=2)
            self.assertIn("before.json", refused.stderr, number)
        self.check("--baseline", "nowhere.json", status=2)
        self.check("--baseline", "before.json", "--item", "c-01", status=2)

    def test_a_report_goes_where_it_is_asked_for(self):
        self.write("garant.yaml", service_file())
        done = self.check("--format", "json", "--output", "verdicts.json", status=1)
        self.assertEqual("", done.stdout)
        json.loads((self.folder / "verdicts.json").read_text(encoding="utf-8"))
        (self.folder / "dir").mkdir()
        self.assertIn("dir", self.check("--output", "dir", status=3).stderr)
        full = subprocess.run([GARANT, "check"], cwd=self.folder, env=self.environment,
                              stdout=open("/dev/full", "w", encoding="ascii"),
                              stderr=subprocess.DEVNULL, check=False)
        self.assertEqual(3, full.returncode)

    def on_a_terminal(self, **environment):
        """What `garant check` writes to a terminal."""
        ours, theirs = pty.openpty()
        process = subprocess.Popen([GARANT, "check", "--standard", COOKIE_MANNERS], cwd=self.folder,
                                   env={**self.environment, "TERM": "xterm", **environment},
                                   stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs)
        os.close(theirs)
        said = b""
        while True:
            select.select([ours], [], [], 60)
            try:
                part = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            said += part
        os.close(ours)
        self.assertEqual(1, process.wait(60))
        return said.decode("utf-8")

    def test_escapes_go_to_terminals_only(self):
        self.write("garant.yaml", service_file())
        self.assertIn(ESCAPE, self.on_a_terminal())
        self.assertNotIn(ESCAPE, self.on_a_terminal(NO_COLOR="1"))
        for form in ("text", "json", "sarif", "html"):
            self.assertNotIn(ESCAPE, self.check("--format", form).stdout)

    def test_words_of_the_environment_choose_the_language(self):
        self.write("garant.yaml", service_file())
        french = self.check(environment={"LC_ALL": "fr_CA.UTF-8"}).stdout
        self.assertIn("Permis de chien", french)
        self.assertIn("Permis de chien", self.check("--lang", "fr").stdout)
        self.assertIn("Dog licences", self.check(environment={"LC_ALL": "fr_CA.UTF-8"},
                                                 *("--lang", "en")).stdout)


class Loads(html.parser.HTMLParser):
    """Everything that a page would fetch."""

    def __init__(self):
        super().__init__()
        self.loads = []
        self.styles = ""
        self.tag = None

    def handle_starttag(self, tag, attrs):
        self.tag = tag
        attributes = dict(attrs)
        for name in ("src", "srcset", "data", "poster", "background", "action", "formaction"):
            if attributes.get(name):
                self.loads.append((tag, attributes[name]))
        if tag in ("link", "base", "iframe", "object", "embed", "image", "use"):
            self.loads.append((tag, attributes.get("href") or attributes.get("xlink:href")))
        self.styles += attributes.get("style") or ""

    def handle_data(self, data):
        if self.tag == "style":
            self.styles += data


class Formats(Workplace):
    def setUp(self):
        super().setUp()
        self.write("garant.yaml", service_file(rest="cookies: []\n"))

    def test_json_holds_every_item_of_the_standard(self):
        judged = self.judge(status=1)
        self.assertEqual("garant-verdicts/1", judged["format"])
        self.assertEqual(97, len(judged["items"]))
        self.assertEqual(97, len({item["id"] for item in judged["items"]}))
        for item in judged["items"]:
            self.assertIn(item["state"], ("contradicted", "unmet", "unknown", "excused", "met"))
            self.assertTrue(item["summary"]["en"] and item["summary"]["fr"], item["id"])
            self.assertTrue(item["proofs"] or item.get("worst_child") or item["state"] == "met")
        self.assertFalse(judged["all_due_met"])
        self.assertTrue(judged["trial"])

    def test_sarif_has_what_it_must(self):
        for language in ("en", "fr"):
            sarif = json.loads(self.call("check", "--format", "sarif", "--lang", language,
                                         status=1).stdout)
            self.assertEqual("2.1.0", sarif["version"])
            self.assertIn("sarif", sarif["$schema"])
            (run,) = sarif["runs"]
            self.assertEqual("garant", run["tool"]["driver"]["name"].lower())
            rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
            self.assertEqual(97, len(rules))
            self.assertTrue(run["results"])
            for result in run["results"]:
                self.assertTrue(result["message"]["text"])
                self.assertIn(result["level"], ("error", "warning", "note"))
                self.assertEqual(result["ruleId"], rules[result["ruleIndex"]])
                for location in result["locations"]:
                    physical = location["physicalLocation"]
                    self.assertEqual("garant.yaml", physical["artifactLocation"]["uri"])
                    if "region" in physical:
                        self.assertGreaterEqual(physical["region"]["startLine"], 1)

    def test_html_loads_nothing_and_speaks_its_language(self):
        for language in ("en", "fr"):
            page = self.call("check", "--format", "html", "--lang", language, status=1).stdout
            self.assertTrue(page.lower().startswith("<!doctype html>"))
            self.assertIn(f'<html lang="{language}', page)
            reader = Loads()
            reader.feed(page)
            outside = [one for one in reader.loads if one[1] and not one[1].startswith(("#", "data:"))]
            self.assertEqual([], outside)
            self.assertNotRegex(reader.styles, r"@import|url\((?!['\"]?(#|data:))")
            self.assertNotRegex(page, r"\b(fetch|XMLHttpRequest|importScripts|WebSocket)\b\s*\(")


class Init(Workplace):
    def test_a_new_file_is_sound_in_both_languages_and_unmet(self):
        for language in ("en", "fr"):
            name = f"{language}.yaml"
            self.call("init", "--lang", language, "--id", "dog-licences", name, status=0)
            judged = self.judge(name, status=1)
            self.assertEqual("dog-licences", judged["service"]["id"])
        english, french = ((self.folder / f"{one}.yaml").read_text(encoding="utf-8").splitlines()
                           for one in ("en", "fr"))
        plain = [[line for line in text if not line.lstrip().startswith("#")]
                 for text in (english, french)]
        self.assertEqual(*plain)
        self.assertNotEqual(english, french)

    def test_the_folder_names_the_service(self):
        named = self.folder / "Été 2026 — Dog Licences!"
        named.mkdir()
        self.call("init", status=0, cwd=named)
        self.call("check", status=1, cwd=named)
        hidden = self.folder / "2026"
        hidden.mkdir()
        self.call("init", status=0, cwd=hidden)
        self.assertIn("id: my-service", (hidden / "garant.yaml").read_text(encoding="utf-8"))

    def test_nothing_is_overwritten(self):
        self.write("garant.yaml", "mine")
        refused = self.call("init", status=2)
        self.assertIn("exists already", refused.stderr)
        self.assertIn("existe déjà", self.call("init", "--lang", "fr", status=2).stderr)
        self.assertEqual("mine", (self.folder / "garant.yaml").read_text(encoding="utf-8"))
        (self.folder / "link.yaml").symlink_to("nowhere")
        self.call("init", "link.yaml")
        self.assertFalse((self.folder / "nowhere").exists())

    def test_a_bad_name_writes_nothing(self):
        for bad in ("Dog Licences", "-a", "a:b", "", "é", "a\nb", "../a"):
            refused = self.call("init", "--id", bad, "new.yaml", status=2)
            self.assertNotEqual("", refused.stderr, bad)
            self.assertFalse((self.folder / "new.yaml").exists(), bad)
        self.call("init", "no/such/folder/garant.yaml", status=2)


class Others(Workplace):
    def test_the_schema_is_json(self):
        schema = json.loads(self.call("schema", status=0).stdout)
        self.assertIn("draft-07", schema["$schema"])
        self.assertIn("service", schema["properties"])

    def test_a_standard_runs_its_cases(self):
        self.assertRegex(self.call("standard", "test", COOKIE_MANNERS, status=0).stdout,
                         r"2 items, 2 proofs, \d+ cases, 0 failed")
        self.assertIn("nowhere", self.call("standard", "test", "nowhere", status=2).stderr)

    def test_the_doctor_names_what_is_missing_and_the_cure(self):
        self.assertNotIn("missing", self.call("doctor", status=0).stdout)
        bare = self.call("doctor", status=1, environment={"PATH": str(self.folder)}).stdout
        self.assertRegex(bare, r"missing +ssh-keygen")
        self.assertIn("apt-get install openssh-client", bare)
        self.assertRegex(self.call("doctor", "--lang", "fr", status=1,
                                   environment={"PATH": str(self.folder)}).stdout,
                         r"manque +ssh-keygen")

    def test_probing_nothing_says_so_and_records_nothing(self):
        self.write("garant.yaml", service_file())
        refused = self.call("probe")
        self.assertIn(refused.returncode, (2, 3))
        self.assertIn("url", refused.stderr)
        self.call("probe", "--url", "ftp://127.0.0.1/", status=2)
        self.call("probe", "--origin", "web", status=2)
        self.assertFalse((self.folder / ".garant").exists())
