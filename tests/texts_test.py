#!/usr/bin/env python3
"""Where something is put into a text, both languages take the same pieces; French has its spaces and
apostrophes, in the sources and in the standards."""

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "src"
LITERAL = r'"(?:[^"\\\n]|\\.)*"'
TEXT = rf"({LITERAL}(?:\s*{LITERAL})*)"
FILLED = re.compile(rf"\bFilled\(\s*{TEXT},\s*{TEXT},\s*\{{")
BAD_FRENCH = re.compile(r"\S :|« | »| [;?!]")
ORDINARY_GUILLEMETS = re.compile(r"« | »")
STRAIGHT = re.compile(r"(?<!\w)(?:[cdjlmnst]|\w*qu|aujourd|entr)'", re.IGNORECASE)
# Before a colon the space is a no-break one (in roff, a backslash makes it one); before ; ? ! is none.
SPACED = re.compile(r"[^\s\\] :(?=\s|$)|\w[ \u00a0\u202f][;?!](?=\s|$)")


def joined(literals):
    return "".join(part[1:-1] for part in re.findall(LITERAL, literals))


def pieces(pattern):
    """The places of the pieces that a pattern takes."""
    taken, following = set(), 0
    for number in re.findall(r"\{(\d?)\}", pattern):
        taken.add(int(number) if number else following)
        following += not number
    return taken


def given(source, at):
    """How many pieces stand in the braces that open before `at`."""
    source = re.sub(LITERAL, lambda found: '"' + "x" * (len(found[0]) - 2) + '"', source[at:at + 4000])
    depth, count, any_yet = 0, 1, False
    for character in source:
        if character == "}" and depth == 0:
            return count if any_yet else 0
        if character == "," and depth == 0:
            count += 1
        depth += (character in "({[") - (character in ")}]")
        any_yet = any_yet or not character.isspace()
    return -1


def literals():
    """(file and line, text) of every literal that a person may read."""
    for path in sorted([*SOURCES.rglob("*.cc"), *SOURCES.rglob("*.h")]):
        if path.name.endswith("_test.cc"):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if not line.lstrip().startswith(("//", "#include")):
                for literal in re.findall(LITERAL, line):
                    yield f"{path.name}:{number}", literal[1:-1]


def standards_lines():
    """(file and line, text) of all that a standard says; its cases are what others wrote."""
    for folder in ("standards", "tests/standards"):
        for path in sorted((ROOT / folder).glob("*/**/*.yaml")):
            if path.parent.name == "cases":
                continue
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                if not line.lstrip().startswith("#"):
                    yield f"{path.relative_to(ROOT)}:{number}", line


class Texts(unittest.TestCase):
    def test_both_languages_take_every_piece(self):
        seen = 0
        for path in sorted(SOURCES.rglob("*.cc")):
            source = path.read_text(encoding="utf-8")
            for found in FILLED.finditer(source):
                seen += 1
                english, french = joined(found[1]), joined(found[2])
                with self.subTest(file=path.name, english=english):
                    self.assertEqual(set(range(given(source, found.end()))), pieces(english))
                    self.assertEqual(pieces(english), pieces(french))
                    self.assertIsNone(BAD_FRENCH.search(french), french)
        self.assertGreater(seen, 100)

    def test_guillemets_hold_their_words(self):
        seen = 0
        for where, text in (*literals(), *standards_lines()):
            seen += "«" in text
            with self.subTest(where=where):
                self.assertIsNone(ORDINARY_GUILLEMETS.search(text), text)
        self.assertGreater(seen, 100)

    def test_french_has_its_apostrophes_and_spaces(self):
        for texts in (literals(), standards_lines()):
            seen = 0
            for where, text in texts:
                seen += "’" in text
                with self.subTest(where=where):
                    self.assertIsNone(STRAIGHT.search(text), text)
                    self.assertIsNone(SPACED.search(text), text)
            self.assertGreater(seen, 100)

    def test_it_can_fail(self):
        self.assertEqual({0, 1}, pieces("{} of {}"))
        self.assertEqual({0}, pieces("{} and {0}"))
        self.assertEqual(2, given('{Of(1, 2), "a, } b"})', 1))
        self.assertEqual(0, given("{})", 1))
        self.assertTrue(BAD_FRENCH.search("vide : rien"))
        self.assertTrue(ORDINARY_GUILLEMETS.search("« rien »"))
        for faulty in ("l'hôte", "d'", "(L'acte", "jusqu'ici", "ce qu'il faut", "aujourd'hui"):
            self.assertTrue(STRAIGHT.search(faulty), faulty)
        for sound in ("it's", "l’hôte", "the item's text", "'{}'"):
            self.assertIsNone(STRAIGHT.search(sound), sound)
        for faulty in ("vide : rien", "vide :", "minuscules ; absent", "vraiment\u00a0?"):
            self.assertTrue(SPACED.search(faulty), faulty)
        for sound in ("vide\u00a0: rien", "empty: nothing", "a; b", "no space, ? or #", "a\\ : b"):
            self.assertIsNone(SPACED.search(sound), sound)


if __name__ == "__main__":
    unittest.main()
