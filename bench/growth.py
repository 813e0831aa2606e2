#!/usr/bin/env python3
"""One question to invented nations of growing size: what it costs, as a table and a chart.

    growth.py [--scales 0.1,0.3,1.0]

Runs `cargo bench --bench national` at each scale (1.0 is 1.5 million hosts and takes about 5 GB and
some minutes, most of it making the evidence), reads its figures, and draws `bench/growth.svg`. A line
of slope 1 there is time that grows as the estate does.
"""

import argparse
import math
import os
import re
import subprocess

import place

LINE = re.compile(r"^(?P<name>.+): (?P<asked>\d+) asked; CPU mean (?P<mean>[\d.]+) ms; "
                  r"p50 (?P<p50>[\d.]+), p95 (?P<p95>[\d.]+), most (?P<most>[\d.]+) ms")
SHAPES = [("MS17-010", "#0b4f8a", ""), ("Windows", "#00703c", "6 3"),
          ("top-100 program", "#d4351c", "2 3"), ("mid program", "#6f3fa0", "9 3 2 3"),
          ("tail program", "#a6632e", "1 4"), ("Debian package", "#505a5f", "4 2")]


def run(scale):
    """The figures of one scale."""
    said = subprocess.run(["cargo", "bench", "--workspace", "--locked", "--bench", "national"],
                          cwd=place.ROOT, capture_output=True, text=True, check=True,
                          env={**os.environ, "WARDROUND_BENCH_SCALE": str(scale)}).stdout
    one = {"scale": scale, "questions": {}}
    for line in said.splitlines():
        if found := LINE.match(line):
            one["questions"][found["name"]] = {
                key: float(found[key]) for key in ("mean", "p50", "p95", "most")}
        elif found := re.match(r"segments: ([\d.]+) MB, (\d+) rows, (\d+) items", line):
            one |= {"megabytes": float(found[1]), "rows": int(found[2]), "items": int(found[3])}
        elif found := re.match(r"index opened in ([\d.]+) s CPU: (\d+) hosts", line):
            one |= {"open_secs": float(found[1]), "hosts": int(found[2])}
        elif found := re.search(r"(\d+) segments from packs in ([\d.]+) s CPU", line):
            one |= {"segments": int(found[1]), "build_secs": float(found[2])}
        elif found := re.match(r"5,000 advisories of all kinds: ([\d.]+) s CPU", line):
            one["five_thousand_secs"] = float(found[1])
        elif line.startswith("VmHWM"):
            one["peak_mib"] = round(int(line.split()[1]) / 1024)
    if "hosts" not in one or not one["questions"]:
        raise SystemExit(f"the benchmark printed no figures at scale {scale}:\n{said[-2000:]}")
    return one


def chart(runs):
    """An SVG: hosts across, milliseconds up, both in powers of ten."""
    width, height, left, bottom, top, right = 720, 420, 70, 50, 20, 160
    hosts = [one["hosts"] for one in runs]
    times = [q["mean"] for one in runs for q in one["questions"].values() if q["mean"] > 0]
    low_x, high_x = math.log10(min(hosts)) - 0.1, math.log10(max(hosts)) + 0.1
    low_y, high_y = math.floor(math.log10(min(times))), math.ceil(math.log10(max(times)))
    across = lambda n: left + (math.log10(n) - low_x) / (high_x - low_x) * (width - left - right)
    up = lambda t: height - bottom - (math.log10(t) - low_y) / (high_y - low_y) * (
        height - bottom - top)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
             'font-family="sans-serif" font-size="13">',
             '<title>CPU time of one question against the number of hosts</title>',
             f'<rect width="{width}" height="{height}" fill="#fff"/>']
    for power in range(low_y, high_y + 1):
        y = up(10 ** power)
        parts.append(f'<path d="M{left} {y:.1f}H{width - right}" stroke="#ccc"/>'
                     f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">'
                     f'{10 ** power:g} ms</text>')
    for count in hosts:
        parts.append(f'<text x="{across(count):.1f}" y="{height - bottom + 20}" '
                     f'text-anchor="middle">{count:,}</text>')
    parts.append(f'<text x="{(left + width - right) / 2}" y="{height - 10}" '
                 'text-anchor="middle">hosts</text>')
    labels = []
    for name, colour, dashes in SHAPES:
        points = [(across(one["hosts"]), up(one["questions"][name]["mean"])) for one in runs
                  if one["questions"].get(name, {}).get("mean", 0) > 0]
        if not points:
            continue
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2" '
                     f'stroke-dasharray="{dashes}"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        labels.append([points[-1][1], name, colour])
    # Names stand beside their lines, moved apart where they would lie on each other.
    labels.sort()
    for at in range(1, len(labels)):
        labels[at][0] = max(labels[at][0], labels[at - 1][0] + 16)
    parts += [f'<text x="{width - right + 10}" y="{y + 4:.1f}" fill="{colour}">{name}</text>'
              for y, name, colour in labels]
    return "\n".join([*parts, "</svg>"]) + "\n"


def main():
    arguments = argparse.ArgumentParser(description=__doc__,
                                        formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--scales", default="0.1,0.3,1.0")
    scales = [float(part) for part in arguments.parse_args().scales.split(",")]
    runs = []
    for scale in scales:
        runs.append(run(scale))
        print(f"  scale {scale}: {runs[-1]}", flush=True)
        (place.ROOT / "bench" / "growth.svg").write_text(chart(runs), encoding="utf-8")
        place.keep("growth", {"question": "one advisory over all organisations of a nation",
                              "goal": "1 ms on average, 5 ms at the 95th percentile at scale 1.0; "
                                      "5,000 advisories in 10 s", "runs": runs})


if __name__ == "__main__":
    main()
