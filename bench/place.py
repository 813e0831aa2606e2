"""Where things are, and what machine and versions a result belongs to."""

import datetime
import json
import os
import pathlib
import re
import subprocess
import sys

import measure

ROOT = pathlib.Path(__file__).resolve().parent.parent
DATA = pathlib.Path(os.environ.get("BENCH_DATA", ROOT.parent / "shared" / "data"))
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
WORK = pathlib.Path(os.environ.get("BENCH_WORK", TARGET / "bench-work"))
BINARY = pathlib.Path(os.environ.get("WARDROUND", TARGET / "dist" / "wardround"))
PEERS = WORK / "peers"
WESNG_PYTHON = PEERS / "wesng" / "bin" / "python3"
RESULTS = ROOT / "bench" / "results"
HOSTS = DATA / "inventories-windows" / "hosts"
FULL_KNOWLEDGE = WORK / "all.wrk"
MICROSOFT_KNOWLEDGE = WORK / "ms-kb.wrk"


def need(path, remedy):
    """Stops with a sentence if something is missing."""
    if not pathlib.Path(path).exists():
        sys.exit(f"missing {path}: {remedy}")
    return path


def installed_wesng():
    """The peer's program: `WESNG=/path/to/wes.py`, else the one that `bench/peers` installed, else None."""
    named = os.environ.get("WESNG")
    if named:
        return pathlib.Path(need(named, "WESNG must name wes.py"))
    found = sorted(PEERS.glob("wesng/lib/python3*/site-packages/wes.py"))
    return found[-1] if found else None


def wesng():
    """As `installed_wesng`, for who cannot do without."""
    found = installed_wesng()
    if found is None:
        sys.exit("wes-ng is not installed: run bench/peers, or set WESNG=/path/to/wes.py")
    return found


def definitions():
    """The definitions zip, packed from the sample data where it is not there yet."""
    import definitions as packer
    path = WORK / "definitions.zip"
    if not path.exists():
        packer.pack(DATA, path)
    return path


def knowledge(path, *sources):
    """A knowledge file, built where it is not there yet."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        build = [BINARY, "knowledge", "build", "--out", path, *sources]
        subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
    return path


def national(under=(), **settings):
    """Runs the national benchmark (`NATIONAL=FILE`: built already), `under` another tool if one is named, and returns
    what it printed."""
    named = os.environ.get("NATIONAL")
    argv = [*under, named] if named else ["cargo", "bench", "--workspace", "--locked", "--bench", "national"]
    environment = {**os.environ, **{f"WARDROUND_BENCH_{name.upper()}": str(value)
                                    for name, value in settings.items()}}
    if under and not named:
        host = re.search(r"^host: (\S+)", subprocess.run(["rustc", "-vV"], check=True, text=True,
                                                         stdout=subprocess.PIPE).stdout, re.M)[1]
        environment[f"CARGO_TARGET_{host.upper().replace('-', '_')}_RUNNER"] = " ".join(under)
    return subprocess.run(argv, cwd=ROOT, env=environment, check=True, text=True,
                          stdout=subprocess.PIPE).stdout


def words_of(argv):
    try:
        out = subprocess.run(argv, capture_output=True, text=True, check=False)
    except OSError:
        return "not installed"
    return (out.stdout or out.stderr).strip().splitlines()[0] if out.stdout or out.stderr else "?"


def circumstances():
    """Date, machine, load and versions."""
    cpu = re.search(r"model name\s*:\s*(.*)", pathlib.Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s*(\d+)", pathlib.Path("/proc/meminfo").read_text())
    program = installed_wesng()
    wes = program and re.search(r"^VERSION = (\S+)", program.read_text(encoding="utf-8"), re.M)
    return {
        "date": datetime.date.today().isoformat(),
        "machine": {"cpu": cpu.group(1) if cpu else "?", "cores": os.cpu_count(),
                    "memory_gib": round(int(memory.group(1)) / 1024 / 1024) if memory else None,
                    "kernel": os.uname().release},
        "load_average_1_5_min": measure.load(),
        "versions": {"wardround": words_of([BINARY, "--version"]),
                     "commit": words_of(["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"]),
                     "wes-ng": wes.group(1) if wes else "not installed",
                     "openscap": words_of(["oscap", "--version"]),
                     "python": words_of([str(WESNG_PYTHON), "--version"])},
    }


def keep(name, result):
    """Writes results/NAME.json with the circumstances."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    result = {"circumstances": circumstances(), **result}
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"  -> {path.relative_to(ROOT)}")
