#!/usr/bin/env python3
"""Where something is put into a text, both languages take the same pieces, and French its spaces."""

import re
import unittest
from pathlib import Path

SOURCES = Path(__file__).resolve().parent.parent / "src"
LITERAL = r'"(?:[^"\\\n]|\\.)*"'
TEXT = rf"({LITERAL}(?:\s*{LITERAL})*)"
FILLED = re.compile(rf"\bFilled\(\s*{TEXT},\s*{TEXT},\s*\{{")
BAD_FRENCH = re.compile(r"\S :|« | »| [;?!]")
ORDINARY_GUILLEMETS = re.compile(r"« | »")


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
        for path in sorted(SOURCES.rglob("*.cc")):
            if path.name.endswith("_test.cc"):
                continue
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                for literal in () if line.lstrip().startswith("//") else re.findall(LITERAL, line):
                    seen += "«" in literal
                    with self.subTest(file=path.name, line=number):
                        self.assertIsNone(ORDINARY_GUILLEMETS.search(literal), literal)
        self.assertGreater(seen, 100)

    def test_it_can_fail(self):
        self.assertEqual({0, 1}, pieces("{} of {}"))
        self.assertEqual({0}, pieces("{} and {0}"))
        self.assertEqual(2, given('{Of(1, 2), "a, } b"})', 1))
        self.assertEqual(0, given("{})", 1))
        self.assertTrue(BAD_FRENCH.search("vide : rien"))
        self.assertTrue(ORDINARY_GUILLEMETS.search("« rien »"))


if __name__ == "__main__":
    unittest.main()
