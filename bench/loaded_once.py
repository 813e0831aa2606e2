#!/usr/bin/env python3
"""What one more host costs once everything is loaded: Wardround's judgement and wes-ng in a loop.

    loaded_once.py

Ours is `cargo bench --profile dist -p wardround --bench judge` over the hosts of the sample data, already read,
against everything the sample data knows; it also opens the knowledge file and judges the packages
of this machine. The peer is imported once, with its definitions loaded, and asked about the same
files; its answers are kept for compare_wesng.py.
"""

import json
import os
import statistics
import subprocess

import packages_content
import place

ANSWERS = place.WORK / "wesng-answers.json"


def ask_wesng():
    files = sorted(str(path) for path in place.HOSTS.glob("*systeminfo*.txt"))
    python = place.WESNG_PYTHON if place.WESNG_PYTHON.exists() else "python3"
    subprocess.run([python, place.ROOT / "bench" / "wesng_loop.py", place.wesng(),
                    place.definitions(), ANSWERS, *files], check=True)
    return json.loads(ANSWERS.read_text(encoding="utf-8"))


def cargo_bench():
    """Nanoseconds of each benchmark, by name."""
    full = place.knowledge(place.FULL_KNOWLEDGE, place.DATA)
    packages = place.WORK / "packages"
    if not (packages / "osv.jsonl").exists():
        packages_content.write(packages)
    environment = dict(os.environ, WARDROUND_BENCH_KNOWLEDGE=str(full.resolve()),
                       WARDROUND_BENCH_PACKAGES=str(packages.resolve()))
    bench = ["cargo", "bench", "--profile", "dist", "-p", "wardround", "--bench", "judge"]
    subprocess.run(bench, cwd=place.ROOT, env=environment, check=True)
    found = {}
    for estimates in place.TARGET.glob("criterion/*/*/new/estimates.json"):
        group, name = estimates.parts[-4:-2]
        figures = json.loads(estimates.read_text(encoding="utf-8"))
        found[f"{group}/{name}"] = {
            "median_ns": figures["median"]["point_estimate"],
            "low_ns": figures["median"]["confidence_interval"]["lower_bound"],
            "high_ns": figures["median"]["confidence_interval"]["upper_bound"]}
    return found


def main():
    benches = cargo_bench()
    answers = ask_wesng()
    asked = [host for host in answers["hosts"] if "rows" in host]
    cpu = [host["cpu_secs"] for host in asked]
    hosts = len(list(place.HOSTS.glob("*systeminfo*.txt")))
    ours = benches["judge/windows_hosts"]["median_ns"] / hosts / 1e9
    result = {
        "question": "one more host, everything loaded",
        "goal": "at most 200 microseconds of CPU a host",
        "wardround": {"benches": benches, "hosts": hosts, "mean_secs_a_host": ours},
        "wes-ng": {"hosts": len(asked), "gave_up": len(answers["hosts"]) - len(asked),
                   "load_cpu_secs": answers["load_cpu_secs"], "mean_secs_a_host":
                   statistics.mean(cpu), "median_secs_a_host": statistics.median(cpu),
                   "min_secs": min(cpu), "max_secs": max(cpu)},
        "ratio_of_means": round(statistics.mean(cpu) / ours),
    }
    print(f"  wardround {ours * 1e6:.0f} µs a host; wes-ng median "
          f"{statistics.median(cpu) * 1e3:.0f} ms, mean {statistics.mean(cpu) * 1e3:.0f} ms")
    place.keep("loaded_once", result)


if __name__ == "__main__":
    main()
