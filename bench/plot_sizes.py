"""Draws docs/images/trail-sizes.svg and fills the table of docs/benchmarks.md: what a trail costs
against its size. Reads the JSON lines of `bench/run trail_sizes` on its standard input; lines of
other figures are passed over. Arguments: the folder docs (that of this repository)."""

import json
import math
import re
import sys
from html import escape
from pathlib import Path

PREFIX = "trail.sizes."
BEGIN, END = "<!-- trail-sizes -->\n", "<!-- /trail-sizes -->\n"
# What is drawn: figure, name, colour, dashes; each line differs in both, and is named at its end.
DRAWN = (
    ("open_cold_ms", "opening, from the disk", "#8a4b08", "2 4"),
    ("open_ms", "opening", "#b3261e", ""),
    ("journey_cold_ms", "journey, from the disk", "#1a6b3c", "2 4"),
    ("journey_ms", "journey of a person, 1 000 entries", "#0b57d0", ""),
    ("visit_ms", "first page of a visit", "#6a3fa0", "8 4"),
    ("trace_ms", "a trace", "#5f6368", "8 3 2 3"),
    ("erase_ms", "erasing a person", "#202124", "12 4"),
)
ROWS = (
    ("append", "appending, entries/s"),
    ("bytes_per_entry", "bytes an entry"),
    ("open_cold_ms", "opening, nothing of it in memory"),
    ("open_ms", "opening"),
    ("open_keys_ms", "opening the keys"),
    ("journey_cold_ms", "journey, nothing of it in memory"),
    ("journey_ms", "journey: median"),
    ("journey_p99_ms", "journey: 99th percentile"),
    ("journey_cpu_ms", "journey: CPU time, median"),
    ("visit_ms", "first page of a visit: median"),
    ("visit_p99_ms", "first page of a visit: 99th percentile"),
    ("trace_ms", "a trace: median"),
    ("trace_p99_ms", "a trace: 99th percentile"),
    ("erase_ms", "erasing a person: median"),
    ("erase_p99_ms", "erasing a person: the longest"),
)
POWERS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 880, 480, 70, 270, 50, 60


class Wrong(Exception):
    """What was read cannot be drawn."""


def read(lines):
    """{figure: {entries: value}}"""
    figures = {}
    for line in filter(str.strip, lines):
        one = json.loads(line)
        if not one["figure"].startswith(PREFIX):
            continue
        value = float(one["value"])
        if not (value > 0 and math.isfinite(value)):
            raise Wrong(f"{one['figure']}: {value} has no place on a logarithmic scale")
        figures.setdefault(one["figure"][len(PREFIX):], {})[int(one["entries"])] = value
    sizes = sorted({size for values in figures.values() for size in values})
    for name in dict.fromkeys([row[0] for row in DRAWN] + [row[0] for row in ROWS]):
        missing = [size for size in sizes if size not in figures.get(name, {})]
        if missing or not sizes:
            raise Wrong(f"{PREFIX}{name} is missing of {missing or 'every size'}")
    if len(sizes) < 2:
        raise Wrong("a line takes two sizes")
    return figures, sizes


def said(value):
    """Three digits of it, thousands apart by a no-break space."""
    if value >= 1000:
        whole = round(value, 2 - int(math.floor(math.log10(value))))
        return f"{whole:,.0f}".replace(",", "\u00a0")
    return f"{value:.3g}"


def power(size):
    return "10" + str(round(math.log10(size))).translate(POWERS)


class Scale:
    def __init__(self, values, begin, end):
        self.low = math.floor(math.log10(min(values)))
        self.high = max(math.ceil(math.log10(max(values))), self.low + 1)
        self.begin, self.end = begin, end

    def at(self, value):
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return self.begin + share * (self.end - self.begin)

    def ticks(self):
        return [10.0 ** exponent for exponent in range(self.low, self.high + 1)]


def apart(places, least=17):
    """Names' heights: as near to where they belong as they may stand without touching."""
    order = sorted(range(len(places)), key=places.__getitem__)
    out, before = list(places), -math.inf
    for i in order:
        out[i] = before = max(places[i], before + least)
    over = max(0.0, before - (HEIGHT - BOTTOM))
    return [place - over for place in out]


def svg(figures, sizes):
    x = Scale(sizes, LEFT, WIDTH - RIGHT)
    y = Scale([value for name, *_ in DRAWN for value in figures[name].values()],
              HEIGHT - BOTTOM, TOP)
    described = "; ".join(
        f"{name}: " + ", ".join(f"{said(figures[figure][size])} ms at {power(size)}"
                                for size in sizes)
        for figure, name, _, _ in DRAWN)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
           f'role="img" aria-labelledby="title desc" font-family="sans-serif" font-size="13">',
           '<title id="title">What a trail costs against its size</title>',
           f'<desc id="desc">Milliseconds over the number of entries, both on logarithmic scales. '
           f'{escape(described)}.</desc>',
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>']
    for tick in y.ticks():
        out.append(f'<path d="M{LEFT} {y.at(tick):.1f}H{WIDTH - RIGHT}" stroke="#dadce0"/>'
                   f'<text x="{LEFT - 8}" y="{y.at(tick) + 4:.1f}" text-anchor="end" '
                   f'fill="#202124">{tick:g} ms</text>')
    for tick in x.ticks():
        out.append(f'<path d="M{x.at(tick):.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#dadce0"/>'
                   f'<text x="{x.at(tick):.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle" '
                   f'fill="#202124">{power(tick)}</text>')
    out.append(f'<text x="{LEFT}" y="{TOP - 20}" font-size="16" fill="#202124">What a trail costs '
               f'against its size</text><text x="{(LEFT + WIDTH - RIGHT) / 2:.0f}" '
               f'y="{HEIGHT - 14}" text-anchor="middle" fill="#202124">entries</text>')
    heights = apart([y.at(figures[figure][sizes[-1]]) for figure, *_ in DRAWN])
    for (figure, name, colour, dashes), height in zip(DRAWN, heights):
        points = [(x.at(size), y.at(figures[figure][size])) for size in sizes]
        path = "L".join(f"{a:.1f} {b:.1f}" for a, b in points)
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        out.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"{dashed}/>')
        out += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{colour}"/>' for a, b in points]
        last_x, last_y = points[-1]
        out.append(f'<path d="M{last_x + 4:.1f} {last_y:.1f}L{last_x + 14:.1f} {height:.1f}" '
                   f'stroke="{colour}" fill="none"/><text x="{last_x + 18:.1f}" '
                   f'y="{height + 4:.1f}" fill="{colour}">{escape(name)}</text>')
    return "\n".join(out + ["</svg>", ""])


def table(figures, sizes):
    lines = ["| entries | " + " | ".join(power(size) for size in sizes) + " |",
             "|---|" + "---|" * len(sizes)]
    for figure, name in ROWS:
        unit = " ms" if figure.endswith("_ms") else ""
        values = " | ".join(said(figures[figure][size]) + unit for size in sizes)
        lines.append(f"| {name} | {values} |")
    return "\n".join(lines) + "\n"


def put_table(page, text):
    """The page with this table between the two marks."""
    between = re.compile(f"(?<={re.escape(BEGIN)}).*?(?={re.escape(END)})", re.DOTALL)
    filled, count = between.subn(lambda _: text, page)
    if count != 1:
        raise Wrong(f"docs/benchmarks.md must hold {BEGIN.strip()} and {END.strip()} once")
    return filled


def main(lines, docs):
    try:
        figures, sizes = read(lines)
        page = docs / "benchmarks.md"
        filled = put_table(page.read_text(encoding="utf-8"), table(figures, sizes))
        (docs / "images" / "trail-sizes.svg").write_text(svg(figures, sizes), encoding="utf-8")
        page.write_text(filled, encoding="utf-8")
    except Wrong as why:
        sys.exit(f"plot_sizes: {why}")


if __name__ == "__main__":
    main(sys.stdin, Path(sys.argv[1] if len(sys.argv) > 1 else
                         Path(__file__).resolve().parent.parent / "docs"))
