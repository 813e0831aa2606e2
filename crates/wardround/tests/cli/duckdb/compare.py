#!/usr/bin/env python3
"""Derives verdicts from an export in DuckDB and compares them with the export's own, host by host.

    compare.py FOLDER AS_AT

Prints how many were compared and every difference; ends with 1 if there is one. The order of versions
is made here, by the rules of Debian policy (5.6.12) and by numbers between dots, without Wardround.
"""

import datetime
import functools
import pathlib
import re
import sys

import duckdb


def debian_part(one, other):
    """Compares two upstream versions or revisions: texts and numbers in turn, `~` before the end."""
    def weight(letter):
        if letter == "~":
            return -1
        return ord(letter) if letter.isalpha() else ord(letter) + 256

    while one or other:
        texts = [re.match(r"[^0-9]*", part).group() for part in (one, other)]
        one, other = one[len(texts[0]):], other[len(texts[1]):]
        for at in range(max(map(len, texts))):
            a, b = (weight(text[at]) if at < len(text) else 0 for text in texts)
            if a != b:
                return a - b
        numbers = [re.match(r"[0-9]*", part).group() for part in (one, other)]
        one, other = one[len(numbers[0]):], other[len(numbers[1]):]
        a, b = (int(number or 0) for number in numbers)
        if a != b:
            return a - b
    return 0


def debian(one, other):
    def split(version):
        epoch, _, rest = version.rpartition(":") if ":" in version else ("0", "", version)
        upstream, _, revision = rest.rpartition("-") if "-" in rest else (rest, "", "0")
        return int(epoch), upstream, revision

    a, b = split(one), split(other)
    return (a[0] - b[0]) or debian_part(a[1], b[1]) or debian_part(a[2], b[2])


def dotted(one, other):
    a, b = ([int(number) for number in version.split(".")] for version in (one, other))
    return (a > b) - (a < b)


def places(con):
    """Fills `places`: every version that counts, in its order."""
    con.execute("create table places (kind text, version text, place integer)")
    for kind, ecosystem, order in (("deb", "dpkg", debian), ("name", None, dotted)):
        versions = [row[0] for row in con.execute(
            """select version from items where (ecosystem = ? or (? is null and ecosystem not in ('dpkg', 'rpm', 'apk')))
                 and version is not null and exists (
                 select 1 from knowledge_statements where starts_with(key, ?)
                 and split_part(key, '/', -1) in (lower(name), lower(source)))
               union select upper from knowledge_statements where starts_with(key, ?)
                 and upper is not null""", [ecosystem, ecosystem, kind + "/", kind + "/"]).fetchall()]
        place, before = 0, None
        for version in sorted(versions, key=functools.cmp_to_key(order)):
            place += before is not None and order(before, version) != 0
            con.execute("insert into places values (?, ?, ?)", [kind, version, place])
            before = version


def main():
    folder, as_at = pathlib.Path(sys.argv[1]), datetime.date.fromisoformat(sys.argv[2])
    con = duckdb.connect(config={"threads": 2, "memory_limit": "2GB"})
    for file in sorted(folder.glob("*.parquet")):
        con.execute(f"create view {file.stem} as select * from read_parquet('{file}')")
    noted = con.execute("select decode(value) from parquet_kv_metadata(?) where decode(key) = "
                        "'wardround.as_at'", [str(folder / "hosts.parquet")]).fetchone()
    assert noted == (str(as_at),), f"the files are as at {noted}"
    titled = con.execute("select count(*) from updates where title is not null").fetchone()[0]
    assert titled == 0, "titles of updates are evidence too, and no rule here reads them"
    places(con)
    text = (pathlib.Path(__file__).parent / "derive.sql").read_text(encoding="utf-8")
    for statement in con.extract_statements(text):
        # A parameter is only given to who asks for one.
        given = {"as_at": as_at} if "as_at" in statement.named_parameters else None
        con.execute(statement, given)
    con.execute("""create table differences as
        select coalesce(v.advisory, d.advisory) as advisory, organisation, host, v.verdict as said,
          v.reason, v.last_known, d.verdict as derived, d.last_known as derived_last
        from (select * from verdicts anti join left_out using (organisation, host)
              where host is not null) v
        full join derived d using (organisation, host, advisory)
        where v.verdict is distinct from d.verdict
          or (v.reason = 'stale' and v.last_known is distinct from d.last_known)""")
    left = con.execute("select count(*) from left_out").fetchone()[0]
    hosts = con.execute("select count(*) from hosts").fetchone()[0]
    for row in con.execute("""select advisory, verdict, last_known, count(*) from derived
                              group by all order by all""").fetchall():
        print("derived", *row)
    found = con.execute("from differences order by all").fetchall()
    for row in found[:40]:
        print("DIFFERENT", *row)
    print(f"hosts {hosts} left_out {left} differences {len(found)}")
    return 1 if found or not hosts else 0


if __name__ == "__main__":
    sys.exit(main())
