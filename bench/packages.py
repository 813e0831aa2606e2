#!/usr/bin/env python3
"""1,000 package definitions on this machine: Wardround and OpenSCAP, answers and cost.

    packages.py [--runs 5] [--count 1000] [--seed 17]

The same questions are written as OVAL and as OSV (packages_content.py). OpenSCAP evaluates the OVAL
on the machine; Wardround judges the machine's dpkg status file against the OSV records. Answers are
compared one by one: true is affected; false is fixed, not affected, or not installed; unknown is
unknown. Cost is that of whole commands, and ours also without its start, from `cargo bench`.
"""

import argparse
import collections
import json
import re
import subprocess
import sys

import measure
import packages_content
import place

STATUS = "/var/lib/dpkg/status"
# How Wardround's verdict reads in OVAL's words. A package that is not installed has no verdict.
OVAL_WORD = {"affected": "true", "fixed": "false", "not_affected": "false", None: "false",
             "unknown": "unknown"}
EXPECTED = {"affected": "true", "fixed": "false", "not_installed": "false", "unknown": "unknown"}


def oscap_answers(oval):
    out = subprocess.run(["oscap", "oval", "eval", "--skip-validation", str(oval)],
                         capture_output=True, text=True, check=True).stdout
    return {int(number): word for number, word
            in re.findall(r"^Definition oval:bench:def:(\d+): (\w+)", out, re.M)}


def wardround_answers(knowledge, rows):
    out = subprocess.run([place.BINARY, "check", "--json", "--knowledge", knowledge, STATUS],
                         capture_output=True, check=True).stdout
    verdicts = {}
    for host in json.loads(out)["hosts"]:
        for line in host["verdicts"]:
            for cve in line["cves"]:
                verdicts[cve] = line["verdict"]
    return {row["number"]: verdicts.get(row["cve"]) for row in rows}


def main():
    arguments = argparse.ArgumentParser(description=__doc__,
                                        formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--count", type=int, default=1000)
    arguments.add_argument("--seed", type=int, default=17)
    chosen = arguments.parse_args()
    folder = place.WORK / "packages"
    rows = packages_content.write(folder, chosen.count, chosen.seed, STATUS)
    knowledge = folder / "osv.wrk"
    knowledge.unlink(missing_ok=True)
    place.knowledge(knowledge, folder / "osv.jsonl")

    theirs = oscap_answers(folder / "oval.xml")
    ours = wardround_answers(knowledge, rows)
    tally = collections.Counter()
    differences = []
    for row in rows:
        number, kind = row["number"], row["kind"]
        words = EXPECTED[kind], theirs.get(number), OVAL_WORD.get(ours[number], ours[number])
        tally[f"{kind}: made {words[0]}, OpenSCAP {words[1]}, Wardround {words[2]}"] += 1
        if len(set(words)) != 1:
            differences.append({**row, "openscap": words[1], "wardround": ours[number]})
    for words, count in sorted(tally.items()):
        print(f"  {count:5} {words}")
    for row in differences[:20]:
        print(f"  differs: {row}", file=sys.stderr)

    figures = measure.paired({
        "wardround": [str(place.BINARY), "check", "--json", "--knowledge", str(knowledge), STATUS],
        "oscap": ["oscap", "oval", "eval", "--skip-validation", str(folder / "oval.xml")],
    }, chosen.runs)
    measure.show(figures)
    peer = figures["oscap"]
    ratio = {key: round(peer[key]["median"] / figures["wardround"][key]["median"], 1)
             for key in ("cpu_secs", "wall_secs", "peak_kib")}
    result = {"question": f"{chosen.count} package definitions on this machine",
              "goal": "at least 1,000 times less CPU, the same answers", "seed": chosen.seed,
              "answers": dict(sorted(tally.items())), "differences": differences,
              "figures": figures, "ratio_whole_command": ratio}
    bench = place.TARGET / "criterion" / "judge" / "packages" / "new" / "estimates.json"
    if bench.exists():
        seconds = json.loads(bench.read_text())["median"]["point_estimate"] / 1e9
        result["wardround_loaded_once_secs"] = seconds
        result["ratio_loaded_once"] = round(peer["cpu_secs"]["median"] / seconds)
        print(f"  loaded once: {seconds * 1e6:.0f} µs for all definitions")
    print(f"  OpenSCAP needs {ratio['cpu_secs']} times the CPU of our whole command, "
          f"{result.get('ratio_loaded_once', '?')} times that of our judgement")
    place.keep("packages", result)
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
