#!/usr/bin/env python3
"""A folder of 10,000 invented hosts, judged in one command.

    fleet.py [--runs 3] [--count 10000] [--seed 5]
"""

import argparse
import shutil

import generate_hosts
import measure
import place


def main():
    arguments = argparse.ArgumentParser(description=__doc__,
                                        formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--count", type=int, default=10_000)
    arguments.add_argument("--seed", type=int, default=5)
    chosen = arguments.parse_args()
    folder = place.WORK / f"hosts-{chosen.count}-{chosen.seed}"
    if folder.exists():
        shutil.rmtree(folder)
    size = generate_hosts.write(place.DATA, folder, chosen.count, chosen.seed)
    full = place.knowledge(place.FULL_KNOWLEDGE, place.DATA)
    check = [str(place.BINARY), "check", "--knowledge", str(full)]
    figures = measure.paired({"json": [*check, "--json", str(folder)],
                              "human": [*check, str(folder)],
                              "one_bulletin": [*check, "--only", "MS17-010", "--json", str(folder)],
                              }, chosen.runs, memory_runs=1)
    measure.show(figures)
    rates = {name: round(chosen.count / row["wall_secs"]["median"])
             for name, row in figures.items()}
    for name, rate in rates.items():
        print(f"  {name}: {rate:,} hosts a second")
    place.keep("fleet", {"question": f"{chosen.count:,} generated hosts in one folder",
                         "goal": "5,000 hosts a second on two cores", "seed": chosen.seed,
                         "bytes_of_evidence": size, "hosts_a_second": rates, "figures": figures})


if __name__ == "__main__":
    main()
