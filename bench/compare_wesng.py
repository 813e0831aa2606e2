#!/usr/bin/env python3
"""Compares answers with wes-ng, host by host, and puts every difference in a named class.

    compare_wesng.py [--verbose]

For each systeminfo file of the sample data: the CVEs that wes-ng lists as missing, against those for
which Wardround says *affected*, both from the same definitions and the same one file. A difference
is classed by rule from the definitions, the updates the file shows, and the reason Wardround gives;
one that no rule names is listed and makes the exit status 1.
"""

import argparse
import collections
import csv
import io
import json
import re
import subprocess
import sys
import zipfile

import loaded_once
import place

# What each class means. "Peer only": wes-ng lists it, we do not call it affected; "ours only": we
# say affected, wes-ng does not list it.
CLASSES = {
    # Peer only.
    "alternative fix": "fixed: another of the updates that fix it is installed",
    "superseded chain": "fixed: an installed update replaces one that fixes it, in one or more steps",
    "superseded chain, built in": "fixed: the link is in Wardround's own table of monthly rollups, not "
                                  "in the definitions",
    "empty KB": "the peer's only rows name no update; an update that fixes it is installed, or "
                "none is known (unknown)",
    "truncated list": "unknown: the list declares more updates than it shows, absence proves nothing",
    "optional component": "unknown: it is in a component that this evidence does not show",
    "release contains the fix": "not affected: this release came out after the fix",
    "newer than the definitions": "unknown: an installed update is newer than the definitions",
    "no update known": "unknown: the product is named, no update that fixes it is known",
    "fixed by build or title": "fixed: the build or an update's own title shows it",
    "another product's row": "the peer's rows are of another product whose label contains this one",
    "misprinted number": "the definitions misprint the CVE number; we do not take it for one",
    "mitigated": "a setting in the evidence closes the way in",
    # Ours only.
    "peer gave up": "the peer could not read the file",
    "label case": "the definitions write the product's label in other letter case",
    "product label": "the peer looks for a label that the definitions do not use for this product",
    "replaced, not installed": "the peer drops a fix that any other update replaces, though neither "
                               "is installed",
    "pending restart": "a fix was installed after the last start",
    "another source": "not in the definitions: from Wardround's built-in knowledge",
    "component, same update": "the update that closes one part is there, another part stays open",
}


class Definitions:
    """The rows of the definitions, by CVE, and what replaces what."""

    def __init__(self, path):
        self.rows = collections.defaultdict(list)
        self.replaces = collections.defaultdict(set)
        with zipfile.ZipFile(path) as archive:
            for member in archive.namelist():
                if not member.endswith(".csv"):
                    continue
                lines = io.TextIOWrapper(archive.open(member), encoding="utf-8", newline="")
                for row in csv.DictReader(line for line in lines if not line.startswith("#")):
                    entry = (row["BulletinKB"], row["AffectedProduct"], row["AffectedComponent"],
                             frozenset(filter(None, row["Supersedes"].split(";"))),
                             row["DatePosted"])
                    self.rows[row["CVE"]].append(entry)
                    if row["BulletinKB"]:
                        self.replaces[row["BulletinKB"]] |= entry[3]

    def contained(self, installed):
        """Every update that the installed ones replace, themselves included."""
        seen, queue = set(installed), list(installed)
        while queue:
            for below in self.replaces.get(queue.pop(), ()):
                if below not in seen:
                    seen.add(below)
                    queue.append(below)
        return seen


def under(product, label, fold=False):
    """Whether the peer's product filter takes a row's label (substring; its service pack rule)."""
    if fold:
        product, label = product.casefold(), label.casefold()
    pack = " service pack" if fold else " Service Pack"
    taken = product in label
    return taken and (pack in product or product + pack not in label)


def system(text):
    """What Windows a label or a product's name means: family, release, architecture, service pack."""
    folded = re.split(r" on (?=(?:microsoft )?windows)", text.casefold())[-1]
    family = re.search(r"windows (rt(?: 8\.1)?|xp|vista|2000|server (?:version|\d{4}(?: r2)?)|\d+(?:\.\d)?)"
                       r"(?: (media center|tablet pc|hlk))?", folded)
    if not family:
        return None
    name = family.group(1)
    release = re.search(r"version (\w+)", folded)
    # The first release of each stands without its number in some labels.
    first = {"10": "1507", "11": "21h2"}.get(name)
    architecture = re.search(r"arm|itanium|x64|32-bit|hololens", folded)
    pack = re.search(r"service pack (\d)|\bsp(\d)\b", folded)
    default = "x64" if name.startswith("server 201") or name.startswith("server 202") else "32-bit"
    return (family.group(0), release.group(1) if release else first,
            architecture.group(0) if architecture else default,
            (pack.group(1) or pack.group(2)) if pack else "0")


def check(knowledge, path):
    """Our verdicts on one file: {CVE: (verdict, reason, names a component)}, and the product."""
    out = subprocess.run([place.BINARY, "check", "--json", "--knowledge", knowledge, path],
                         capture_output=True, check=False).stdout
    verdicts, product = {}, ""
    for host in json.loads(out)["hosts"]:
        product = host["product"] or ""
        for line in host["verdicts"]:
            for cve in line["cves"]:
                verdicts[cve] = (line["verdict"], line["reason"], line["software"])
    return product, verdicts


def peer_only(definitions, rows, ours, host):
    """The class of a CVE that only wes-ng lists."""
    kbs = {kb for kb, _, _, _ in rows if kb}
    labels = {label for _, label, _, _ in rows}
    every = [row for row in definitions.rows[host["cve"]] if row[1] in labels]
    fixes = {kb for kb, *_ in every if kb}
    if not re.fullmatch(r"CVE-\d{4}-(\d{4}|[1-9]\d{4,})", host["cve"]):
        return "misprinted number"
    if not any(system(label) == system(host["product"]) for label in labels):
        return "another product's row"
    if ours is None:
        return None
    verdict, reason, _ = ours
    if verdict == "fixed":
        if fixes & host["installed"]:
            return "alternative fix" if kbs else "empty KB"
        if fixes & host["contained"]:
            return "superseded chain" if kbs else "empty KB"
        if re.search(r"brings build|build \S+ is at or past|cumulative update of", reason):
            return "fixed by build or title"
        if " replaces " in reason:
            return "superseded chain, built in"
        return None
    if verdict == "unknown":
        if "declares" in reason or "list is cut" in reason:
            return "truncated list"
        if "newer than this knowledge" in reason:
            return "newer than the definitions"
        if "does not show whether" in reason:
            return "optional component"
        if "no update that fixes it is known" in reason:
            return "empty KB" if not kbs else "no update known"
        return None
    if verdict == "not_affected":
        return "release contains the fix" if "contains it" in reason else None
    return "mitigated" if verdict == "mitigated" else None


def ours_only(definitions, ours, host):
    """The class of a CVE that only we call affected."""
    if host["peer_error"]:
        return "peer gave up"
    rows = definitions.rows.get(host["cve"], [])
    if not rows:
        return "another source"
    looked_for = host["looked_for"]
    taken = [row for row in rows if under(looked_for, row[1])]
    if not taken:
        folded = any(under(looked_for, row[1], fold=True) for row in rows)
        return "label case" if folded else "product label"
    if "next restart" in ours[1]:
        return "pending restart"
    if all(row[0] in host["replaced"] for row in taken):
        return "replaced, not installed"
    if any(row[0] in host["replaced"] | host["installed"] for row in taken):
        return "component, same update"
    return None


def compare(definitions, knowledge, answer):
    """Counts, classes and what no rule names, for one file."""
    product, verdicts = check(knowledge, place.HOSTS / answer["file"])
    installed = set(answer.get("installed", []))
    looked_for = answer.get("product", "")
    host = {"product": product, "looked_for": looked_for, "installed": installed,
            "contained": definitions.contained(installed), "peer_error": answer.get("error"),
            "replaced": {kb for rows in definitions.rows.values() for row in rows
                         if looked_for and under(looked_for, row[1]) for kb in row[3]}}
    theirs = collections.defaultdict(list)
    for cve, *row in answer.get("rows", []):
        if cve.startswith("CVE-"):
            theirs[cve].append(tuple(row[:1] + row[1:4]))
    affected = {cve for cve, (verdict, *_) in verdicts.items()
                if verdict == "affected" and cve.startswith("CVE-")}
    classes, unclassified = collections.defaultdict(list), []
    for cve in sorted(theirs.keys() ^ affected):
        host["cve"] = cve
        ours = verdicts.get(cve)
        if cve in theirs:
            name = peer_only(definitions, theirs[cve], ours, host)
        else:
            name = ours_only(definitions, ours, host)
        if name is None:
            unclassified.append({"cve": cve, "wes-ng": theirs.get(cve, []),
                                 "wardround": ours and list(ours)})
        else:
            classes[name].append(cve)
    return {"file": answer["file"], "product": product, "wes_ng_product": looked_for,
            "wes_ng_error": answer.get("error"), "both": len(theirs.keys() & affected),
            "wes_ng_only": len(theirs.keys() - affected), "ours_only": len(affected - theirs.keys()),
            "classes": {name: len(cves) for name, cves in sorted(classes.items())},
            "examples": {name: cves[:3] for name, cves in sorted(classes.items())},
            "unclassified": unclassified}


def main():
    arguments = argparse.ArgumentParser(description=__doc__,
                                        formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--verbose", action="store_true", help="classes of each host")
    verbose = arguments.parse_args().verbose
    knowledge = place.knowledge(place.MICROSOFT_KNOWLEDGE, place.DATA / "ms-kb")
    definitions = Definitions(place.definitions())
    if loaded_once.ANSWERS.exists():
        answers = json.loads(loaded_once.ANSWERS.read_text(encoding="utf-8"))
    else:
        answers = loaded_once.ask_wesng()
    hosts = [compare(definitions, knowledge, answer) for answer in answers["hosts"]]
    total = collections.Counter()
    for host in hosts:
        total.update(host["classes"])
        left = len(host["unclassified"])
        print(f"  {host['file']}: both {host['both']}, wes-ng only {host['wes_ng_only']}, "
              f"ours only {host['ours_only']}" + (f", UNCLASSIFIED {left}" if left else ""))
        if verbose:
            for name, count in host["classes"].items():
                print(f"      {count:5} {name}")
        for row in host["unclassified"][:5]:
            print(f"      unclassified: {row}", file=sys.stderr)
    left = sum(len(host["unclassified"]) for host in hosts)
    print("  differences by class:")
    for name, count in total.most_common():
        print(f"    {count:6} {name}: {CLASSES[name]}")
    print(f"    {left:6} unclassified")
    place.keep("compare_wesng", {
        "question": "CVEs missing by wes-ng against affected by Wardround, one systeminfo file each",
        "goal": "every difference in a named class", "hosts": len(hosts),
        "both": sum(host["both"] for host in hosts), "classes": dict(total.most_common()),
        "meaning": {name: CLASSES[name] for name in total}, "unclassified": left,
        "by_host": hosts})
    sys.exit(1 if left else 0)


if __name__ == "__main__":
    main()
