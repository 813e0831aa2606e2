#!/usr/bin/env python3
"""A store with an invented sector: telling it, its index, and how soon new evidence is in an answer.

    store.py [--scale 0.1] [--seed 5] [--hosts 8000] [--first 2017-05-01]

Everything is the command itself, as a person would run it: wall time, CPU and peak memory of the
process, opening the store and every segment included. Whoever adds brings the index up to date, so building it is part
of telling and of importing.
"""

import argparse
import json
import shutil
import subprocess
import tempfile
import time

import generate_hosts
import measure
import place


def run(*argv):
    """One command under GNU time: CPU and wall seconds, peak KiB, and what it printed."""
    with tempfile.NamedTemporaryFile("r") as report:
        begun = time.perf_counter()
        out = subprocess.run([measure.GNU_TIME, "-f", "%U %S %M", "-o", report.name,
                              str(place.BINARY), *map(str, argv)],
                             capture_output=True, text=True, check=False)
        wall = time.perf_counter() - begun
        if out.returncode != 0:
            raise SystemExit(f"wardround {' '.join(map(str, argv))}: {out.stderr[-2000:]}")
        user, system, peak = report.read().split()[-3:]
    figures = {"wall_secs": round(wall, 3), "cpu_secs": round(float(user) + float(system), 3),
               "peak_mib": round(int(peak) / 1024, 1)}
    return figures, out.stdout


def rows_of(answer):
    return json.loads(answer)["answers"][0]["organisations"]


def seen_of(answer, code):
    """Hosts of an organisation that the record has seen."""
    return next(row["counts"]["seen"] for row in rows_of(answer) if row["code"] == code)


def main():
    arguments = argparse.ArgumentParser(description=__doc__,
                                        formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--scale", type=float, default=0.1)
    arguments.add_argument("--seed", type=int, default=5)
    arguments.add_argument("--hosts", type=int, default=8_000)
    arguments.add_argument("--first", help="first day of the history; without it, 18 months")
    chosen = arguments.parse_args()
    store = place.WORK / f"store-{chosen.scale}-{chosen.seed}"
    if store.exists():
        shutil.rmtree(store)
    ask = ["exposure", "MS17-010", "--json", "--store", store]
    steps = {}

    steps["tell"], _ = run("sector", "generate", "--store", store, "--seed", chosen.seed,
                           "--scale", chosen.scale,
                           *(["--first", chosen.first] if chosen.first else []))
    steps["tell"]["bytes"] = measure.bytes_in(store)
    print(f"  told, index built: {steps['tell']}")
    steps["first_answer"], first = run(*ask)
    print(f"  first answer: {steps['first_answer']}")
    steps["next_answer"], answer = run(*ask)
    if rows_of(answer) != rows_of(first):
        raise SystemExit("the second answer is not the first")
    print(f"  next answer: {steps['next_answer']}")

    code = max(rows_of(answer), key=lambda row: row["counts"]["seen"])["code"]
    for name, count in (("trust", chosen.hosts), ("host", 1)):
        folder = place.WORK / f"new-{name}"
        if folder.exists():
            shutil.rmtree(folder)
        generate_hosts.write(place.DATA, folder, count, chosen.seed + count)
        steps[f"import_{name}"], _ = run("import", "--store", store, "--org", code, folder)
        before = seen_of(answer, code)
        steps[f"answer_after_{name}"], answer = run(*ask)
        if seen_of(answer, code) != before + count:
            raise SystemExit(f"{count} new hosts are not in the answer: {before} were seen before, "
                             f"{seen_of(answer, code)} are now")
        print(f"  {count} hosts imported: {steps[f'import_{name}']}; "
              f"then answered: {steps[f'answer_after_{name}']}")
    place.keep("store", {"question": f"an invented sector at scale {chosen.scale} in a store",
                         "seed": chosen.seed, "scale": chosen.scale, "first": chosen.first, "hosts": chosen.hosts,
                         "organisation": code, "steps": steps})


if __name__ == "__main__":
    main()
