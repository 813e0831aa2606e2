#!/usr/bin/env python3
"""Asks wes-ng about many hosts with its definitions loaded once.

    wesng_loop.py WES.PY DEFINITIONS.ZIP OUT.json SYSTEMINFO_FILE...

Run by the interpreter that wes-ng is installed in. For each file the steps of its `main` are taken:
read, recognise the product, determine what is missing, drop doubled Server Core rows. Written per
file: the product it looked for, CPU seconds, and each row it would print (CVE, KB, product,
component, date), or why it gave up.
"""

import importlib.util
import json
import logging
import pathlib
import sys
import time
import warnings


def load(path):
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location("wes", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def ask(wes, rows, path):
    """What wes-ng's `main` does with one systeminfo file, without its printing."""
    facts = wes.determine_product(path.read_bytes())
    product, hotfixes = facts[0], list(set(facts[-1]))
    shown = list(hotfixes)
    _, found = wes.determine_missing_patches(product, rows, hotfixes)
    if "Windows Server" in product:
        found = wes.filter_duplicates(found)
    return product, shown, found


def main():
    program, definitions, out = (pathlib.Path(part) for part in sys.argv[1:4])
    wes = load(program)
    begun = time.process_time()
    rows, day = wes.load_definitions(str(definitions))
    loaded = time.process_time() - begun
    answers = []
    for name in sys.argv[4:]:
        path = pathlib.Path(name)
        begun = time.process_time()
        try:
            product, shown, found = ask(wes, rows, path)
        except Exception as error:  # Whatever the peer gives up with is its answer.
            answers.append({"file": path.name, "error": f"{type(error).__name__}: {error}",
                            "cpu_secs": time.process_time() - begun})
            continue
        answers.append({
            "file": path.name, "product": product, "installed": sorted(shown),
            "cpu_secs": time.process_time() - begun,
            "rows": sorted({(row["CVE"], row["BulletinKB"], row["AffectedProduct"],
                             row["AffectedComponent"], row["DatePosted"]) for row in found})})
    out.write_text(json.dumps({"load_cpu_secs": loaded, "definitions": day, "hosts": answers}),
                   encoding="utf-8")


if __name__ == "__main__":
    main()
