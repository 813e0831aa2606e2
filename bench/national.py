#!/usr/bin/env python3
"""The national question, put to general engines on the same rows, in the same words, with answers compared.

    national.py [--scale 0.1] [--engines duckdb,chdb,postgres] [--memory-gb 3]

`cargo bench --bench national` writes the invented nation as Parquet with our answers and what they cost.
Each engine holds the rows in its own tables, in a process of its own, and is asked in two models:

  plain    hosts, updates and items as an inventory has them; what fixes a flaw is a list of updates, already
           closed over supersedence, which spares the engine the hardest part
  levels   our model in its columns: a patch level for each host (one number, in the order that serves the
           question best) and a rank for each version, items sorted by product and rank

The first ratio is what the model is worth, the second what the engine is. CPU is that of the engine's process, all
its threads (`engines.py`), of PostgreSQL that of the backend that answers, which works alone (`postgres.py`): the
median of five after one that is not counted. PostgreSQL is meant for a tenth of the nation. Each scale has a result of
its own, `results/national-SCALE.json`. An engine that cannot do it leaves its last words there in place of figures.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys

import engines
import measure
import place

AS_AT = 17_298  # 2017-05-12, in days since 1970
PEERS_PYTHON = place.PEERS / "sql" / "bin" / "python3"
TURNS = 5
RANKS = {1: "not_affected", 2: "fixed", 4: "unknown", 5: "affected"}

# Numbers instead of words: affected 5, unknown 4, fixed 2, not affected 1; the worst counts.
PLAIN_WINDOWS = """
with proof as (
  select u.host as host, f.part as part, max(f.proves) as proves
  from updates u join hosts h on h.host = u.host
    join fixing f on f.system = h.system and f.kb = u.kb
  group by u.host, f.part
), ranked as (
  select h.host as host, max(case when x.proves = 1 then 2 when p.is_component = 1 then 4
      when p.is_out = 0 then 5 when h.has_update_list = 0 then 4 when x.proves = 0 then 4
      else 5 end) as worst
  from hosts h join parts p on p.system = h.system
    left join proof x on x.host = h.host and x.part = p.part
  group by h.host
)
select h.organisation as organisation, {aged} as verdict, count(*) as hosts
from hosts h left join ranked r on r.host = h.host
group by 1, 2"""

LEVEL_WINDOWS = """
select h.organisation as organisation, {aged} as verdict, count(*) as hosts
from hosts_level h left join ranges r
  on r.system = h.system and h.level >= r.low and h.level <= r.high
group by 1, 2"""

PLAIN_SOFTWARE = """
select h.organisation as organisation, {aged} as verdict, count(*) as hosts
from hosts h left join (
  select i.host as host, max(case when {minor} < {before} then 5 else 2 end) as worst
  from items i where i.name = '{name}' and i.ecosystem = '{ecosystem}' group by i.host
) r on r.host = h.host
group by 1, 2"""

LEVEL_SOFTWARE = """
select h.organisation as organisation, {aged} as verdict, count(*) as hosts
from hosts_level h left join (
  select i.host as host, max(case when i.version_rank < {before} then 5 else 2 end) as worst
  from items_level i where i.product = {product} group by i.host
) r on r.host = h.host
group by 1, 2"""

# Made once by DuckDB, for every engine.
PREPARE = """
create table hosts as select host, organisation, system, has_update_list::int as has_update_list,
  complete_packages::int as complete_packages, (seen_on - date '1970-01-01')::int as seen_day
  from '{folder}/hosts.parquet';
create view updates as from '{folder}/updates.parquet';
create table parts as select system, part, is_out::int as is_out, is_component::int as is_component
  from '{folder}/parts.parquet';
create table fixing as select system, kb, part, max(proves::int) as proves
  from '{folder}/fixing.parquet' group by all;
create table classes as
with shown as (select host, list(kb order by kb) as kbs from updates group by host)
select h.host, h.system, h.has_update_list, s.kbs from hosts h left join shown s using (host);
create table distinct_classes as
select row_number() over () as class, * from (
  select distinct system, has_update_list, kbs from classes where system in (select system from parts));
create table judged as
with proof as (
  select c.class, f.part, max(f.proves) as proves
  from (select class, system, unnest(kbs) as kb from distinct_classes) c
    join fixing f on f.system = c.system and f.kb = c.kb
  group by all)
select c.class, max(case when x.proves = 1 then 2 when p.is_component = 1 then 4
    when p.is_out = 0 then 5 when c.has_update_list = 0 then 4 when x.proves = 0 then 4
    else 5 end) as worst
from distinct_classes c join parts p on p.system = c.system
  left join proof x on x.class = c.class and x.part = p.part
group by all;
create table levels as
select c.*, j.worst, row_number() over (partition by c.system order by j.worst, c.class) as level
from distinct_classes c join judged j using (class);
copy (select h.*, coalesce(l.level, 0) as level from hosts h join classes c using (host)
  left join levels l on l.system = c.system and l.has_update_list = c.has_update_list
    and l.kbs is not distinct from c.kbs
  order by host) to '{folder}/made/hosts_level.parquet';
copy (select system, min(level) as low, max(level) as high, worst from levels group by system, worst)
  to '{folder}/made/ranges.parquet';
copy hosts to '{folder}/made/hosts.parquet';
copy parts to '{folder}/made/parts.parquet';
copy fixing to '{folder}/made/fixing.parquet';
create table products as
select name, ecosystem, row_number() over (order by ecosystem, name) as product
from (select distinct name, ecosystem from '{folder}/items.parquet');
copy (select i.host, p.product,
    split_part(split_part(i.version, '.', 2), '-', 1)::int as version_rank
  from '{folder}/items.parquet' i join products p using (name, ecosystem)
  order by product, version_rank, host) to '{folder}/made/items_level.parquet';
copy products to '{folder}/made/products.parquet';
"""


TABLES = [("hosts", "made/hosts.parquet", "host"), ("updates", "updates.parquet", "host, kb"),
          ("items", "items.parquet", "ecosystem, name, version"), ("parts", "made/parts.parquet", ""),
          ("fixing", "made/fixing.parquet", "system, kb")]
LEVEL_TABLES = [("hosts_level", "made/hosts_level.parquet", "host"),
                ("items_level", "made/items_level.parquet", "product, version_rank"),
                ("ranges", "made/ranges.parquet", "")]


def questions(folder, minor):
    """For each question: its name, and its words in both models."""
    import duckdb
    ours = json.loads((folder / "ours.json").read_text())
    for row in ours["questions"]:
        if row["name"] is None:
            aged = ("case when coalesce(r.worst, 1) <> 4 and "
                    f"{AS_AT} - h.seen_day > 14 then 4 else coalesce(r.worst, 1) end")
            yield row["question"], PLAIN_WINDOWS.format(aged=aged), LEVEL_WINDOWS.format(aged=aged)
            continue
        is_package = row["name"].startswith("package")
        ecosystem = "dpkg" if is_package else "program"
        # Absent from a complete list of packages: not affected; else nobody can tell.
        absent = "case when h.complete_packages = 1 then 1 else 4 end" if is_package else "4"
        worst = f"coalesce(r.worst, {absent})"
        aged = f"case when {AS_AT} - h.seen_day > 30 then 4 else {worst} end"
        before = int(row["before"].split(".")[1].split("-")[0])
        known = duckdb.execute("select product from read_parquet(?) where name = ? and ecosystem = ?",
                               [str(folder / "made" / "products.parquet"), row["name"],
                                ecosystem]).fetchone()
        product = known[0] if known else 0  # Numbers begin at 1: nobody has it.
        yield (row["question"],
               PLAIN_SOFTWARE.format(aged=aged, minor=minor, before=before, name=row["name"],
                                     ecosystem=ecosystem),
               LEVEL_SOFTWARE.format(aged=aged, before=before, product=product))


def expected(folder):
    """Our answers: question -> {(organisation, verdict): hosts}."""
    import duckdb
    found = {}
    for question, organisation, verdict, hosts in duckdb.execute(
            "select question, organisation, verdict, sum(hosts) from read_parquet(?) group by all",
            [str(folder / "answers.parquet")]).fetchall():
        found.setdefault(question, {})[(organisation, verdict)] = int(hosts)
    return found


def engine(name, folder, models, memory_bytes):
    """One engine, in this process: load, ask, compare, measure."""
    work = folder / "made"
    ours = expected(folder)
    with_levels = "levels" in models
    database = engines.named(name)(work, memory_bytes)
    begun = database.cpu()
    for table, file, order in (LEVEL_TABLES if with_levels else TABLES):
        database.load(table, folder / file, order)
    database.settle()
    result = {"version": database.version, "settings": database.settings,
              "load_cpu_secs": round(database.cpu() - begun, 2), "bytes": database.total(), "questions": {}}
    for question, plain, level in questions(folder, database.minor):
        sql = level if with_levels else plain
        got = {(row[0], RANKS[int(row[1])]): int(row[2]) for row in database.ask(sql)}
        wrong = {key for key in got.keys() | ours[question].keys()
                 if got.get(key) != ours[question].get(key)}
        times = []
        for _ in range(TURNS):
            before = database.cpu()
            database.ask(sql)
            times.append(database.cpu() - before)
        result["questions"][question] = {"cpu_secs": measure.spread(times), "rows_that_differ": len(wrong),
                                         "rows": len(got)}
        if wrong:
            shown = [(key, got.get(key), ours[question].get(key)) for key in sorted(wrong)[:6]]
            print(f"{name} {models} {question}: {shown}", file=sys.stderr)
        print(f"  {name} {models} {question}: {statistics.median(times) * 1e3:.1f} ms", file=sys.stderr)
    result["peak_mib"] = round(database.peak_mib(), 1)
    database.close()
    print(json.dumps(result))


def prepare(folder, memory_bytes):
    import duckdb
    (folder / "made").mkdir(exist_ok=True)
    con = duckdb.connect(config={"threads": os.cpu_count(), "memory_limit": f"{memory_bytes}B",
                                 "temp_directory": str(folder / "made" / "spill")})
    con.execute(PREPARE.format(folder=folder))


def rows(scale):
    """The nation as Parquet, made where it is not there yet."""
    folder = place.WORK / f"nation-{scale}"
    if not (folder / "ours.json").exists():
        folder.mkdir(parents=True, exist_ok=True)
        print(place.national(scale=scale, out=folder))
    return folder


def bytes_a_row(folder, ours, found):
    """What a row of software takes, everything else in the tables included: ours and each peer's."""
    software_rows = int(child("--rows", folder))
    sizes = {"wardround": ours["index_bytes"]}
    for name, models in found.items():
        sizes.update({f"{name} {model}": one["bytes"] for model, one in models.items() if "bytes" in one})
    sizes = {name: round(size / software_rows, 2) for name, size in sizes.items()}
    return {"rows": software_rows, **sizes}


def child(*argv):
    out = subprocess.run([str(PEERS_PYTHON), __file__, *map(str, argv)], check=True,
                         stdout=subprocess.PIPE, text=True)
    return out.stdout


def of_engine(name, model, folder, chosen):
    """What an engine did, or how it ended before it had done it."""
    argv = [PEERS_PYTHON, __file__, "--engine", name, folder, model, "--memory-gb", chosen.memory_gb]
    try:
        out = subprocess.run(list(map(str, argv)), capture_output=True, text=True, check=False,
                             timeout=chosen.minutes * 60)
    except subprocess.TimeoutExpired:
        return {"failed": f"not done after {chosen.minutes} minutes"}
    print(out.stderr, end="", file=sys.stderr)
    if out.returncode != 0:
        last = (out.stderr.strip().splitlines() or ["it said nothing"])[-1]
        return {"failed": f"status {out.returncode}: {last[:300]}"}
    return json.loads(out.stdout)


def main():
    arguments = argparse.ArgumentParser(description=__doc__,
                                        formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--scale", type=float, default=0.1)
    arguments.add_argument("--engines", default="duckdb,chdb")
    arguments.add_argument("--note", help="said beside the result")
    arguments.add_argument("--memory-gb", type=float, default=3, help="what an engine in a process may take")
    arguments.add_argument("--minutes", type=float, default=60, help="after so long an engine is given up")
    arguments.add_argument("--prepare", type=pathlib.Path, help=argparse.SUPPRESS)
    arguments.add_argument("--rows", type=pathlib.Path, help=argparse.SUPPRESS)
    arguments.add_argument("--engine", nargs=3, help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    memory_bytes = int(chosen.memory_gb * 1e9)
    if chosen.prepare:
        return prepare(chosen.prepare, memory_bytes)
    if chosen.rows:
        import duckdb
        print(duckdb.execute("select count(*) from read_parquet(?)",
                             [str(chosen.rows / "items.parquet")]).fetchone()[0])
        return 0
    if chosen.engine:
        return engine(chosen.engine[0], pathlib.Path(chosen.engine[1]), chosen.engine[2], memory_bytes)
    place.need(PEERS_PYTHON, "run bench/peers")
    folder = rows(chosen.scale)
    if not (folder / "made" / "products.parquet").exists():
        child("--prepare", folder, "--memory-gb", chosen.memory_gb)
    ours = json.loads((folder / "ours.json").read_text())
    found = {name: {model: of_engine(name, model, folder, chosen) for model in ("plain", "levels")}
             for name in chosen.engines.split(",")}
    ratios = {}
    for row in ours["questions"]:
        question = row["question"]
        ratios[question] = {
            model: {name: round(found[name][model]["questions"][question]["cpu_secs"]["median"]
                                / row["cpu_secs"], 1) for name in found if "failed" not in found[name][model]}
            for model in ("plain", "levels")}
    place.keep(f"national-{chosen.scale}", {
        "question": f"one advisory, all organisations, at scale {chosen.scale}",
        "scale": chosen.scale, **({"note": chosen.note} if chosen.note else {}),
        "bytes_a_row": bytes_a_row(folder, ours, found), "ours": ours, "peers": found, "ratio_peer_to_ours": ratios,
    })
    for question, row in ratios.items():
        print(f"  {question}: {row}")
    wrong = sum(one["rows_that_differ"] for peer in found.values() for model in peer.values()
                for one in model.get("questions", {}).values())
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
