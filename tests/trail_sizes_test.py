"""What is drawn of a trail's sizes (bench/plot_sizes.py): the picture and the table of
docs/benchmarks.md are of the same figures, and what is missing is not drawn."""

import json
import pathlib
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ET

TOP = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP / "bench"))

import plot_sizes  # noqa: E402

SVG = "{http://www.w3.org/2000/svg}"


def lines(sizes=(10**5, 10**6), but=(), value=2.5):
    names = {name for name, *_ in plot_sizes.DRAWN} | {name for name, _ in plot_sizes.ROWS}
    return [json.dumps({"figure": f"trail.sizes.{name}", "value": value * (1 + i), "entries": size})
            for i, name in enumerate(sorted(names)) for size in sizes if (name, size) not in but]


def cells(page):
    """{row: [cell]} of the table between the marks."""
    table = page.split(plot_sizes.BEGIN)[1].split(plot_sizes.END)[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    return {row[0]: row[1:] for row in rows}


def described(picture):
    """{name: [value]} as the description of a picture says them."""
    text = picture.find(f"{SVG}desc").text.split("scales. ")[1].rstrip(".")
    parts = (part.split(": ") for part in text.split("; "))
    return {name: [one.split(" at ")[0] for one in values.split(", ")] for name, values in parts}


class Sizes(unittest.TestCase):
    def draw(self, given, page=plot_sizes.BEGIN + "old\n" + plot_sizes.END):
        with tempfile.TemporaryDirectory() as folder:
            docs = pathlib.Path(folder)
            (docs / "images").mkdir()
            (docs / "benchmarks.md").write_text(page, encoding="utf-8")
            plot_sizes.main(given, docs)
            return (ET.parse(docs / "images" / "trail-sizes.svg").getroot(),
                    (docs / "benchmarks.md").read_text(encoding="utf-8"))

    def same(self, picture, page):
        rows, said = cells(page), described(picture)
        of_row = dict(plot_sizes.ROWS)
        for figure, name, _, _ in plot_sizes.DRAWN:
            self.assertEqual(rows[of_row[figure]], said[name], name)

    def test_a_picture_says_what_it_shows(self):
        picture, page = self.draw(lines())
        self.assertEqual("img", picture.get("role"))
        self.assertTrue(picture.find(f"{SVG}title").text)
        self.assertEqual(["10⁵", "10⁶"], cells(page)["entries"])
        self.assertNotIn("old", page)
        self.same(picture, page)
        shown = [text.text for text in picture.findall(f"{SVG}text")]
        for _, name, _, _ in plot_sizes.DRAWN:
            self.assertIn(name, shown)

    def test_the_picture_in_docs_is_of_the_table_there(self):
        self.same(ET.parse(TOP / "docs" / "images" / "trail-sizes.svg").getroot(),
                  (TOP / "docs" / "benchmarks.md").read_text(encoding="utf-8"))

    def test_another_table_is_seen(self):
        picture, _ = self.draw(lines())
        _, page = self.draw(lines(value=3))
        with self.assertRaises(AssertionError):
            self.same(picture, page)

    def test_what_is_missing_or_has_no_logarithm_is_not_drawn(self):
        for given, why in ((lines(but={("journey_ms", 10**6)}), "journey_ms is missing of"),
                           (lines(value=0), "no place on a logarithmic scale"),
                           (lines(sizes=(10**5,)), "two sizes"), ([], "every size")):
            with self.assertRaises(SystemExit) as stopped:
                self.draw(given)
            self.assertIn(why, stopped.exception.code)
        with self.assertRaises(SystemExit) as stopped:
            self.draw(lines(), page="no marks\n")
        self.assertIn("must hold", stopped.exception.code)

    def test_names_do_not_touch(self):
        heights = sorted(plot_sizes.apart([100, 100, 101, 418, 419, 420, 420]))
        for one, next_one in zip(heights, heights[1:]):
            self.assertGreaterEqual(next_one - one, 16.9)
        self.assertLessEqual(heights[-1], plot_sizes.HEIGHT - plot_sizes.BOTTOM + 0.1)


if __name__ == "__main__":
    unittest.main()
