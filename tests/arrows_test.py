"""Every arrow between rooms stands in the table of ARCHITECTURE.md: the includes under src/ and the
ROOMS of each CMakeLists.txt are read against it, and in rooms with parts those between the parts."""

import pathlib
import re
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"/]+)/[^"]+"', re.MULTILINE)
INCLUDE_OF_PART = re.compile(r'^\s*#\s*include\s+"(\w+)/(\w+)/[^"]+"', re.MULTILINE)
PART = re.compile(r"^\| `(\w+)/(\w+)` \|", re.MULTILINE)
ROW = re.compile(r"^\| `(\w+)` \|[^|]*\| ([^|]*) \|$", re.MULTILINE)


def read_table(text):
    """{room: set of rooms that it may include}, from the rows `| `room` | what | rooms |`."""
    rows = ROW.findall(text)
    rooms = [room for room, _ in rows]
    table = {}
    for room, arrows in rows:
        words = set(re.findall(r"\w+", arrows))
        table[room] = set(rooms) if words == {"all"} else words
    return table


def violations(source, table):
    found = []
    for folder in sorted(path for path in source.iterdir() if path.is_dir()):
        room = folder.name
        if room not in table:
            found.append(f"src/{room} is not in the table")
            continue
        may = table[room] | {room} | ({"base"} if room != "base" else set())
        for path in sorted([*folder.rglob("*.h"), *folder.rglob("*.cc")]):
            for other in INCLUDE.findall(path.read_text(encoding="utf-8")):
                if (source / other).is_dir() and other not in may:
                    found.append(f"src/{path.relative_to(source)} includes {other}/")
        cmake = folder / "CMakeLists.txt"
        if cmake.exists():
            text = re.sub(r"#.*", "", cmake.read_text(encoding="utf-8"))
            for words in re.findall(r"garant_room\(\s*\w+([^)]*)\)", text):
                named = re.search(r"\bROOMS\s+(.*?)(?:\bSOURCES\b|\bLIBRARIES\b|$)", words, re.DOTALL)
                for other in named.group(1).split() if named else []:
                    if other not in may:
                        found.append(f"src/{room}/CMakeLists.txt links {other}")
    return found


def read_parts(text):
    """{room: its parts}, each of which may include those before it, from the rows `| `room/part` |`."""
    parts = {}
    for room, part in PART.findall(text):
        parts.setdefault(room, []).append(part)
    return parts


def violations_within(source, parts):
    """Tests are free: what they show may take all of a room."""
    found = []
    for room, known in parts.items():
        for folder in sorted(path for path in (source / room).iterdir() if path.is_dir()):
            if folder.name not in known:
                found.append(f"src/{room}/{folder.name} is not in the table of parts")
                continue
            may = known[:known.index(folder.name) + 1]
            for path in sorted([*folder.rglob("*.h"), *folder.rglob("*.cc")]):
                if path.stem.startswith("test_") or path.stem.endswith("_test"):
                    continue
                for other, part in INCLUDE_OF_PART.findall(path.read_text(encoding="utf-8")):
                    if other == room and part not in may:
                        found.append(f"src/{path.relative_to(source)} includes {other}/{part}/")
    return found


class Arrows(unittest.TestCase):
    def setUp(self):
        self.table = read_table((TOP / "ARCHITECTURE.md").read_text(encoding="utf-8"))

    def test_the_table_names_rooms_only(self):
        self.assertEqual(self.table["base"], set())
        for room, arrows in self.table.items():
            self.assertLessEqual(arrows, set(self.table), room)

    def test_the_table_has_no_circle(self):
        done = set()
        waiting = dict(self.table)
        while waiting:
            ready = [room for room, arrows in waiting.items() if arrows - {room} <= done]
            self.assertTrue(ready, f"a circle among {sorted(waiting)}")
            for room in ready:
                done.add(room)
                del waiting[room]

    def test_every_include_and_link_stands_in_the_table(self):
        self.assertEqual(violations(TOP / "src", self.table), [])

    def test_within_a_room_every_include_stands_in_the_table_of_parts(self):
        parts = read_parts((TOP / "ARCHITECTURE.md").read_text(encoding="utf-8"))
        self.assertIn("trail", parts)
        for room, known in parts.items():
            there = sorted(path.name for path in (TOP / "src" / room).iterdir() if path.is_dir())
            self.assertEqual(sorted(known), there, f"the parts of {room} in the table")
        self.assertEqual(violations_within(TOP / "src", parts), [])

    def test_cmake_knows_every_room(self):
        text = (TOP / "CMakeLists.txt").read_text(encoding="utf-8")
        rooms = re.search(r"foreach\(room ([^)]*)\)", text).group(1).split()
        self.assertEqual(rooms, list(self.table), "in the order of the table")


class NegativeControl(unittest.TestCase):
    """The check finds what it is there to find."""

    def look(self, **files):
        with tempfile.TemporaryDirectory() as folder:
            source = pathlib.Path(folder)
            for room in ("base", "expr", "trail"):
                (source / room).mkdir()
            for name, text in files.items():
                path = source / name.replace("__", "/").replace("_cc", ".cc").replace("_txt", ".txt")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            return (violations(source, {"base": set(), "expr": set(), "trail": {"expr"}}) +
                    violations_within(source, {"trail": ["keys", "store"]}))

    def test_allowed_arrows_pass(self):
        self.assertEqual(self.look(trail__a_cc='#include "expr/value.h"\n#include "base/text.h"\n',
                                   trail__CMakeLists_txt="garant_room(trail SOURCES a.cc ROOMS expr)"),
                         [])

    def test_an_include_that_is_not_in_the_table_fails(self):
        self.assertEqual(self.look(expr__a_cc='  # include "trail/entry.h"\n'),
                         ["src/expr/a.cc includes trail/"])

    def test_base_includes_nobody(self):
        self.assertEqual(self.look(base__a_cc='#include "expr/value.h"\n'),
                         ["src/base/a.cc includes expr/"])

    def test_a_link_that_is_not_in_the_table_fails(self):
        self.assertEqual(self.look(expr__CMakeLists_txt="garant_room(expr\n  SOURCES a.cc\n"
                                   "  ROOMS trail\n  LIBRARIES fmt::fmt)"),
                         ["src/expr/CMakeLists.txt links trail"])

    def test_a_part_may_include_those_before_it(self):
        self.assertEqual(self.look(trail__store__a_cc='#include "trail/keys/key.h"\n'), [])

    def test_a_part_may_not_include_those_after_it(self):
        self.assertEqual(self.look(trail__keys__a_cc='#include "trail/store/store.h"\n'),
                         ["src/trail/keys/a.cc includes trail/store/"])

    def test_a_part_that_is_not_in_the_table_fails(self):
        self.assertEqual(self.look(trail__index__a_cc=""),
                         ["src/trail/index is not in the table of parts"])

    def test_a_room_that_is_not_in_the_table_fails(self):
        self.assertEqual(self.look(guard__a_cc=""), ["src/guard is not in the table"])


if __name__ == "__main__":
    unittest.main()
