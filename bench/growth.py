#!/usr/bin/env python3
"""Query time against the size of the nation: the national benchmark at growing scale, a table and a chart.

    growth.py [--scales 0.1,0.3,1.0,3.0] [--keep]

Writes bench/results/growth.json and growth.svg. One process builds the segments and writes them to files; another opens
them and asks, and memory is that one's. Time is CPU of the asking thread, the mean over some hundred advisories of each
kind: *warm*, one question of the kind after the other, and *cold*, when a walk through more memory than the caches hold
has gone before each question. A line that rises as steeply as the dotted one is linear in the estate.

How fast memory answers is not the index's doing, and what a tenth of the nation's questions read fits into caches. So a
third process asks each question once under valgrind's callgrind, which counts instructions, and words read and written:
figures that no cache changes. Without valgrind they are left out.

With --keep the points of other scales stay that an earlier run measured: the nation three times as large as England takes
half an hour. Each point names the commit of its run.
"""

import argparse
import json
import math
import pathlib
import re
import shutil
import tempfile

import measure
import place

ASKED = re.compile(r"^(?P<name>[^:]+): (?P<asked>\d+) asked; CPU mean (?P<mean>[\d.]+) ms; "
                   r"p50 (?P<p50>[\d.]+), p95 (?P<p95>[\d.]+)", re.M)
COLD = ", cold"
# The function of the benchmark in which a kind is asked, and what is said of it.
COUNTED = "national::asking::counted"
COUNTS = re.compile(r"^([^:\n]+): (\d+) counted$", re.M)
COLOURS = ["#1b6ca8", "#c0392b", "#2e8b57", "#8e44ad", "#d68910", "#34495e"]
WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 760, 420, 70, 30, 190, 50


MANY = re.compile(r"^  (?P<name>all 5,000|the first \d+, each new): mean (?P<mean>[\d.]+) ms; "
                  r"p50 (?P<p50>[\d.]+), p95 (?P<p95>[\d.]+), most (?P<most>[\d.]+)", re.M)
MEMORY = re.compile(r"^memory (?P<when>[^:]+): (?P<now>[\d.]+) MiB, at most (?P<most>[\d.]+) MiB", re.M)


def number(pattern, text):
    found = re.search(pattern, text)
    return float(found.group(1)) if found else None


def figures(row, names):
    return {name: float(row[name]) for name in names}


def counted(folder):
    """For each kind what one question does on the average: instructions, words read and written; none without the tool."""
    tool = shutil.which("valgrind")
    if tool is None:
        return {}
    with tempfile.TemporaryDirectory(dir=place.WORK, prefix="counted-") as counts:
        out = place.national(under=(
            tool, "--quiet", "--tool=callgrind", "--cache-sim=yes", "--collect-atstart=no", f"--toggle-collect={COUNTED}",
            f"--dump-before={COUNTED}", f"--dump-after={COUNTED}", f"--callgrind-out-file={counts}/out"), count=folder)
        dumps = []
        for path in pathlib.Path(counts).iterdir():
            text = path.read_text(errors="replace")
            part = re.search(r"^part: (\d+)", text, re.M)
            if part and "Trigger: --dump-after" in text:
                events = re.search(r"^events: (.*)", text, re.M)[1].split()
                totals = re.search(r"^(?:totals|summary): (.*)", text, re.M)[1].split()
                dumps.append((int(part[1]), dict(zip(events, map(int, totals)))))
    kinds = COUNTS.findall(out)
    dumps = [counts for _, counts in sorted(dumps)]
    if len(kinds) != len(dumps):
        raise SystemExit(f"{len(kinds)} kinds were asked and {len(dumps)} counted")
    return {name: {"instructions": round(of["Ir"] / int(asked)), "words_read": round(of["Dr"] / int(asked)),
                   "words_written": round(of["Dw"] / int(asked))}
            for (name, asked), of in zip(kinds, dumps)}


def measured(scale):
    with tempfile.TemporaryDirectory(dir=place.WORK, prefix="segments-") as folder:
        built = place.national(scale=scale, segments=folder)
        out = place.national(open=folder)
        load = measure.load()
        counts = counted(folder)
    asked = {row["name"]: figures(row, ("mean", "p50", "p95")) for row in ASKED.finditer(out)}
    return {
        "scale": scale,
        "hosts": int(number(r"CPU: (\d+) hosts", out)),
        "rows": int(number(r"MB, (\d+) rows", built)),
        "index_mb": number(r"segments: ([\d.]+) MB", built),
        "opened": figures(re.search(r"first question: (?P<wall_secs>[\d.]+) s, (?P<cpu_secs>[\d.]+) s CPU", out),
                          ("wall_secs", "cpu_secs")),
        "all_5000_cpu_secs": number(r"5,000 advisories of all kinds: ([\d.]+) s", out),
        "all_5000_ms": {row["name"]: figures(row, ("mean", "p50", "p95", "most")) for row in MANY.finditer(out)},
        "memory_mib": {row["when"]: figures(row, ("now", "most")) for row in MEMORY.finditer(out)},
        "building_peak_mib": number(r"memory after building: [\d.]+ MiB, at most ([\d.]+) MiB", built),
        "load": load,
        "asked": {name: row for name, row in asked.items() if not name.endswith(COLD)},
        "asked_cold": {name.removesuffix(COLD): row for name, row in asked.items() if name.endswith(COLD)},
        "counted": counts,
    }


def chart(points):
    """Both axes are logarithms: hosts to the right, milliseconds of CPU upwards."""
    names = list(points[0]["asked"])
    hosts = [point["hosts"] for point in points]
    times = [point[kind][name]["mean"] for point in points for kind in ("asked", "asked_cold") for name in names]
    low, high = math.floor(math.log10(min(times))), math.ceil(math.log10(max(times)))
    left, right = math.log10(min(hosts)), math.log10(max(hosts))

    def x(value):
        return LEFT + (math.log10(value) - left) / ((right - left) or 1) * (WIDTH - LEFT - RIGHT)

    def y(value):
        return HEIGHT - BOTTOM - (math.log10(value) - low) / (high - low) * (HEIGHT - TOP - BOTTOM)

    def text(at, words, extra=""):
        return f'<text x="{at[0]:.1f}" y="{at[1]:.1f}" {extra}>{words}</text>'

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT + 14}" '
             'font-family="sans-serif" font-size="12" fill="#222">',
             f'<rect width="{WIDTH}" height="{HEIGHT + 14}" fill="#fff"/>',
             text((LEFT, 18), "One advisory over all organisations: CPU against the size of the nation",
                  'font-weight="bold"'),
             text((12, HEIGHT + 4), "Whole lines: one question of a kind after the other. Dashed: with nothing in the "
                  "processor's caches. Dotted: linear in the estate.", 'font-size="10"'),
             text((LEFT - 58, TOP - 12), "ms CPU")]
    for power in range(low, high + 1):
        at = y(10 ** power)
        parts.append(f'<path d="M{LEFT} {at:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        parts.append(text((LEFT - 8, at + 4), f"{10 ** power:g}", 'text-anchor="end"'))
    for count in hosts:
        parts.append(f'<path d="M{x(count):.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#eee"/>')
        parts.append(text((x(count), HEIGHT - BOTTOM + 18), f"{count:,}", 'text-anchor="middle"'))
    parts.append(text(((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12), "hosts", 'text-anchor="middle"'))
    ends = []
    for name, colour in zip(names, COLOURS):
        for kind, dashes in (("asked_cold", ' stroke-dasharray="6 4" stroke-opacity="0.6"'), ("asked", "")):
            values = [(x(point["hosts"]), y(point[kind][name]["mean"])) for point in points]
            parts.append(f'<path d="M{" L".join(f"{a:.1f} {b:.1f}" for a, b in values)}" fill="none" '
                         f'stroke="{colour}" stroke-width="2"{dashes}/>')
            parts += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{colour}"/>' for a, b in values]
        ends.append((values[-1][1], name, colour))
    # Names at the ends of their lines, moved apart.
    below = -math.inf
    for at, name, colour in sorted(ends):
        below = max(at, below + 15)
        parts.append(text((WIDTH - RIGHT + 10, below + 4), name, f'fill="{colour}"'))
    first = max(point for point in (points[0]["asked"][name]["mean"] for name in names))
    last = first * hosts[-1] / hosts[0]
    scale = min(1.0, 10 ** high / last)
    parts.append(f'<path d="M{x(hosts[0]):.1f} {y(first * scale):.1f} L{x(hosts[-1]):.1f} '
                 f'{y(last * scale):.1f}" stroke="#999" stroke-dasharray="2 4"/>')
    return "\n".join(parts) + "\n</svg>\n"


def earlier():
    """The points of the run before, each with the commit that it was measured at."""
    path = place.RESULTS / "growth.json"
    if not path.exists():
        return []
    kept = json.loads(path.read_text(encoding="utf-8"))
    return [{"commit": kept["circumstances"]["versions"]["commit"], **point} for point in kept["points"]]


def main():
    arguments = argparse.ArgumentParser(description=__doc__,
                                        formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--scales", default="0.1,0.3,1.0,3.0")
    arguments.add_argument("--keep", action="store_true")
    chosen = arguments.parse_args()
    place.WORK.mkdir(parents=True, exist_ok=True)
    scales = [float(scale) for scale in chosen.scales.split(",")]
    points = [point for point in (earlier() if chosen.keep else []) if point["scale"] not in scales]
    for scale in scales:
        points.append(measured(scale) | {"commit": place.circumstances()["versions"]["commit"]})
        print(f"  scale {scale}: {points[-1]}")
    points.sort(key=lambda point: point["scale"])
    place.keep("growth", {"question": "one advisory, all organisations, at growing scale",
                          "points": points})
    path = place.RESULTS / "growth.svg"
    path.write_text(chart(points), encoding="utf-8")
    print(f"  -> {path.relative_to(place.ROOT)}")


if __name__ == "__main__":
    main()
