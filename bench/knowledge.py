#!/usr/bin/env python3
"""Compiling everything the sample data knows, and opening it.

    knowledge.py [--runs 5]

Building is measured over the whole of the sample data; opening as a whole command that shows one
CVE. What opening alone costs, without the start of a process, is in loaded_once.py's figures.
"""

import argparse

import measure
import place


def main():
    arguments = argparse.ArgumentParser(description=__doc__,
                                        formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--runs", type=int, default=5)
    runs = arguments.parse_args().runs
    out = place.FULL_KNOWLEDGE
    out.parent.mkdir(parents=True, exist_ok=True)
    build = measure.paired({"build": [str(place.BINARY), "knowledge", "build", "--out", str(out),
                                      str(place.DATA)]}, min(runs, 3), warm=0)
    show = measure.paired({"show": [str(place.BINARY), "knowledge", "show", "CVE-2017-0144",
                                    "--knowledge", str(out)]}, runs * 4, warm=2)
    measure.show({**build, **show})
    place.keep("knowledge", {"question": "knowledge from all sample data",
                             "goal": "built in under 30 s, opened in under 20 ms",
                             "bytes": out.stat().st_size, "figures": {**build, **show}})


if __name__ == "__main__":
    main()
