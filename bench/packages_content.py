#!/usr/bin/env python3
"""Writes the same package definitions twice: as OVAL for OpenSCAP, and as OSV for Wardround.

    packages_content.py [--count 1000] [--seed 17] [--status /var/lib/dpkg/status] OUT_FOLDER

Each definition asks one question of this machine, in the way distributions publish them: "is package
P installed, and older than V?". OVAL names binary packages; OSV names Debian's source packages, or a
binary that has no source of its name. Where a name is both, V is drawn around the source's version:
a binary rebuilt without a change of source ("1.0-1+b1") answers the same to both. P is drawn from the machine's own packages, or is an invented name
that is not installed; V lies above or at or below the installed version. One definition in twenty
gives its fix as a source commit only, which no package version can be compared with: OVAL writes
that as `unknown_test`, OSV as a range of type GIT. Packages, versions and kinds follow from the seed.

`expected.json` holds what each definition must answer, from the way it was made.
"""

import argparse
import json
import pathlib
import random
import re
from xml.sax.saxutils import escape, quoteattr

OVAL = "http://oval.mitre.org/XMLSchema/oval-definitions-5"
LINUX = OVAL + "#linux"
INDEPENDENT = OVAL + "#independent"

# How many of twenty definitions are of each kind.
KINDS = ["affected"] * 6 + ["fixed"] * 9 + ["not_installed"] * 4 + ["unknown"]


def installed(status):
    """Name of every installed package of a dpkg status file, and the version to ask around."""
    packages = {}
    for block in pathlib.Path(status).read_text(encoding="utf-8").split("\n\n"):
        fields = dict(re.findall(r"^(Package|Status|Version|Source): (.*)$", block, re.M))
        if fields.get("Status") == "install ok installed" and fields.get("Version"):
            # "Source: name (version)" where it differs from the binary's.
            source = re.fullmatch(r"(\S+) \((.+)\)", fields.get("Source", ""))
            same_name = source and source.group(1) == fields["Package"]
            packages[fields["Package"]] = source.group(2) if same_name else fields["Version"]
    return sorted(packages.items())


def higher(version, rng):
    """A version above: another Debian revision or a later upstream release."""
    return rng.choice([f"{version}+deb99u1", f"{version}.1", bump_epoch(version)])


def lower(version, rng):
    """A version that is the same or below: `~` sorts before the end of a string."""
    return rng.choice([version, f"{version}~rc1", f"{version}~~"])


def bump_epoch(version):
    epoch, colon, rest = version.partition(":")
    return f"{int(epoch) + 1}:{rest}" if colon else f"1:{version}"


def definitions(packages, count, seed):
    """The questions: identifier, package, bound, kind."""
    rng = random.Random(seed)
    rows = []
    for number in range(1, count + 1):
        name, version = rng.choice(packages)
        kind = rng.choice(KINDS)
        if kind == "not_installed":
            name, version = f"invented-{rng.randrange(10_000):04}", "1.0-1"
        bound = higher(version, rng) if kind == "affected" else lower(version, rng)
        rows.append({"number": number, "cve": f"CVE-2099-{10_000 + number}", "package": name,
                     "bound": bound, "kind": kind})
    return rows


def oval(rows):
    """The OVAL document. Objects are shared between definitions of one package, to the peer's gain."""
    objects, states, tests, defs = {}, [], [], []
    for row in rows:
        n, name = row["number"], row["package"]
        words = f"{name} before {row['bound']}"
        if row["kind"] == "unknown":
            tests.append(f'<ind:unknown_test id="oval:bench:tst:{n}" version="1" check="all" '
                         f'comment={quoteattr(words + ": fixed by a source commit")}/>')
        else:
            number = objects.setdefault(name, len(objects) + 1)
            states.append(f'<linux:dpkginfo_state id="oval:bench:ste:{n}" version="1">'
                          f'<linux:evr datatype="debian_evr_string" operation="less than">'
                          f'{escape(row["bound"])}</linux:evr></linux:dpkginfo_state>')
            tests.append(f'<linux:dpkginfo_test id="oval:bench:tst:{n}" version="1" check="all" '
                         f'check_existence="at_least_one_exists" comment={quoteattr(words)}>'
                         f'<linux:object object_ref="oval:bench:obj:{number}"/>'
                         f'<linux:state state_ref="oval:bench:ste:{n}"/></linux:dpkginfo_test>')
        defs.append(f'<definition id="oval:bench:def:{n}" version="1" class="vulnerability">'
                    f'<metadata><title>{escape(row["cve"])}</title>'
                    f'<affected family="unix"/><description>{escape(words)}</description></metadata>'
                    f'<criteria><criterion test_ref="oval:bench:tst:{n}"/></criteria></definition>')
    object_rows = [f'<linux:dpkginfo_object id="oval:bench:obj:{number}" version="1">'
                   f'<linux:name>{escape(name)}</linux:name></linux:dpkginfo_object>'
                   for name, number in objects.items()]
    return (f'<?xml version="1.0" encoding="UTF-8"?>\n<oval_definitions xmlns="{OVAL}" '
            f'xmlns:linux="{LINUX}" xmlns:ind="{INDEPENDENT}" '
            'xmlns:oval="http://oval.mitre.org/XMLSchema/oval-common-5">'
            '<generator><oval:product_name>wardround bench</oval:product_name>'
            '<oval:schema_version>5.11.1</oval:schema_version>'
            '<oval:timestamp>2026-01-01T00:00:00</oval:timestamp></generator>\n'
            + section("definitions", defs) + section("tests", tests)
            + section("objects", object_rows) + section("states", states) + "</oval_definitions>\n")


def section(name, rows):
    return f"<{name}>\n" + "\n".join(rows) + f"\n</{name}>\n"


def osv(rows):
    """The same questions as OSV records."""
    for row in rows:
        if row["kind"] == "unknown":
            ranges = [{"type": "GIT", "repo": "https://git.example.org/it",
                       "events": [{"introduced": "0"}, {"fixed": f"{row['number']:040x}"}]}]
        else:
            ranges = [{"type": "ECOSYSTEM",
                       "events": [{"introduced": "0"}, {"fixed": row["bound"]}]}]
        yield {"schema_version": "1.6.0", "id": f"BENCH-{row['number']:05}",
               "modified": "2026-01-01T00:00:00Z", "published": "2026-01-01T00:00:00Z",
               "aliases": [row["cve"]], "summary": f"{row['package']} before {row['bound']}",
               "affected": [{"package": {"ecosystem": "Debian", "name": row["package"]},
                             "ranges": ranges}]}


def write(out, count=1000, seed=17, status="/var/lib/dpkg/status"):
    """Writes oval.xml, osv.jsonl and expected.json into `out`."""
    out = pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    rows = definitions(installed(status), count, seed)
    (out / "oval.xml").write_text(oval(rows), encoding="utf-8")
    (out / "osv.jsonl").write_text("".join(json.dumps(r) + "\n" for r in osv(rows)),
                                   encoding="utf-8")
    (out / "expected.json").write_text(json.dumps(rows, indent=1), encoding="utf-8")
    return rows


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__,
                                        formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--count", type=int, default=1000)
    arguments.add_argument("--seed", type=int, default=17)
    arguments.add_argument("--status", default="/var/lib/dpkg/status")
    arguments.add_argument("out")
    chosen = arguments.parse_args()
    made = write(chosen.out, chosen.count, chosen.seed, chosen.status)
    print(f"{chosen.out}: {len(made)} definitions")
