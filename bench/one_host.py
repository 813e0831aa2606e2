#!/usr/bin/env python3
"""One systeminfo file against all Microsoft advisories, as whole commands: Wardround and wes-ng.

    one_host.py [--runs 5]

Both are given the same definitions (wes-ng as its zip, Wardround compiled from the same two tables),
and Wardround once more with everything the sample data knows. Each writes all it finds to nowhere.
"""

import argparse
import sys

import measure
import place

# An old system with few updates, one with a long list, a release with cumulative updates.
FILES = ["7_sp1_x86_enterprise_en-us_systeminfo.txt",
         "7_sp1_x64_enterprise_en-us_20190305_systeminfo.txt",
         "10_1809_x64_education_en-us_20190306_systeminfo.txt"]


def main():
    arguments = argparse.ArgumentParser(description=__doc__,
                                        formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--runs", type=int, default=5)
    runs = arguments.parse_args().runs
    place.need(place.BINARY, "run bench/run, or cargo build --profile dist")
    python = place.WESNG_PYTHON if place.WESNG_PYTHON.exists() else sys.executable
    microsoft = place.knowledge(place.MICROSOFT_KNOWLEDGE, place.DATA / "ms-kb")
    full = place.knowledge(place.FULL_KNOWLEDGE, place.DATA)
    check = [str(place.BINARY), "check", "--json", "--knowledge"]
    rows = {}
    for name in FILES:
        file = str(place.need(place.HOSTS / name, "the sample data is needed"))
        print(f"{name}")
        figures = measure.paired({
            "wardround": [*check, str(microsoft), file],
            "wardround_full": [*check, str(full), file],
            "wes-ng": [str(python), str(place.wesng()), "--definitions",
                       str(place.definitions()), file],
        }, runs)
        measure.show(figures)
        ours, peer = figures["wardround"], figures["wes-ng"]
        ratio = {key: round(peer[key]["median"] / ours[key]["median"], 1)
                 for key in ("cpu_secs", "wall_secs", "peak_kib")}
        print(f"  wes-ng needs {ratio['cpu_secs']} times the CPU, "
              f"{ratio['peak_kib']} times the memory")
        rows[name] = {"figures": figures, "ratio_wes_ng_to_wardround": ratio}
    place.keep("one_host", {"question": "one systeminfo file against all Microsoft advisories, "
                                        "whole command",
                            "goal": "CPU at least 100 times less, memory 10 times less",
                            "files": rows})


if __name__ == "__main__":
    main()
