#!/usr/bin/env python3
"""Measures whole processes: CPU, wall time and peak memory of commands, in turn.

    measure.py [--runs 5] [--warm 1] NAME=COMMAND [NAME=COMMAND ...]

Commands take turns (A B A B ...), so that whatever else the machine does falls on all of them. CPU is
user + system time of the process and of the children it waited for (`wait4`). Peak memory comes from
GNU time in runs of their own: a process started from here would be charged with this interpreter's
own memory until it replaces it.
"""

import argparse
import json
import os
import pathlib
import shlex
import statistics
import subprocess
import sys
import tempfile
import time

GNU_TIME = "/usr/bin/time"


def once(argv, stdout=subprocess.DEVNULL, cwd=None):
    """One run: CPU seconds, wall seconds, exit status."""
    begun = time.perf_counter()
    process = subprocess.Popen(argv, stdout=stdout, stderr=subprocess.DEVNULL, cwd=cwd)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime, wall, process.returncode


def peak_kib(argv, cwd=None):
    """Peak resident memory of one run, in KiB."""
    with tempfile.NamedTemporaryFile("r") as report:
        subprocess.run([GNU_TIME, "-f", "%M", "-o", report.name, *argv], cwd=cwd, check=False,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return int(report.read().split()[-1])


def bytes_in(path):
    """Bytes of a file, or of all files below a folder."""
    path = pathlib.Path(path)
    if path.is_file():
        return path.stat().st_size
    return sum(one.stat().st_size for one in path.rglob("*") if one.is_file())


def spread(values):
    return {"min": min(values), "median": statistics.median(values), "max": max(values)}


def paired(commands, runs=5, warm=1, expect=(0,), cwd=None, memory_runs=3):
    """Measures `{name: argv}` in turn and returns `{name: figures}`."""
    samples = {name: {"cpu": [], "wall": [], "peak": []} for name in commands}
    for turn in range(warm + runs):
        for name, argv in commands.items():
            cpu, wall, code = once(argv, cwd=cwd)
            if code not in expect:
                raise SystemExit(f"{name} ended with status {code}: {shlex.join(argv)}")
            if turn >= warm:
                samples[name]["cpu"].append(cpu)
                samples[name]["wall"].append(wall)
    for _ in range(min(runs, memory_runs)):
        for name, argv in commands.items():
            samples[name]["peak"].append(peak_kib(argv, cwd=cwd))
    return {name: {"runs": runs, "cpu_secs": spread(s["cpu"]), "wall_secs": spread(s["wall"]),
                   "peak_kib": spread(s["peak"])} for name, s in samples.items()}


def load():
    """Processes that were running or waiting, averaged over 1 and 5 minutes."""
    return [round(value, 2) for value in os.getloadavg()[:2]]


def show(figures, out=sys.stdout):
    for name, row in figures.items():
        cpu, wall, peak = row["cpu_secs"], row["wall_secs"], row["peak_kib"]
        print(f"  {name:24} CPU {cpu['median'] * 1e3:10.2f} ms "
              f"({cpu['min'] * 1e3:.2f} to {cpu['max'] * 1e3:.2f})   "
              f"wall {wall['median'] * 1e3:10.2f} ms   "
              f"peak {peak['median'] / 1024:8.1f} MiB", file=out)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__,
                                        formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--warm", type=int, default=1)
    arguments.add_argument("--json", action="store_true")
    arguments.add_argument("commands", nargs="+", metavar="NAME=COMMAND")
    chosen = arguments.parse_args()
    wanted = dict(part.split("=", 1) for part in chosen.commands)
    measured = paired({name: shlex.split(line) for name, line in wanted.items()},
                      chosen.runs, chosen.warm)
    if chosen.json:
        json.dump(measured, sys.stdout, indent=1)
    else:
        show(measured)
