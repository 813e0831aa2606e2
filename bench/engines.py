"""Engines that hold the rows of the invented nation in tables of their own and answer in SQL.

Each is asked in a process of its own: `load` tables, `settle`, `ask`; `cpu` and `peak_mib` are what the engine has
used so far, `total` the bytes of its tables. `minor` is the second number of a version in the engine's own words.
`memory_bytes` is what an engine may take.
"""

import json
import os
import resource
import shutil

import measure


def named(name):
    """The engine's class. PostgreSQL is a file of its own: it is a server."""
    if name == "postgres":
        import postgres
        return postgres.Postgres
    return {"duckdb": DuckDb, "chdb": ChDb}[name]


class InProcess:
    """An engine that works in this process, with as many threads as it likes."""

    def cpu(self):
        used = resource.getrusage(resource.RUSAGE_SELF)
        return used.ru_utime + used.ru_stime

    def peak_mib(self):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    def total(self):
        return measure.bytes_in(self.path)


class DuckDb(InProcess):
    """Tables in a database file of its own."""

    minor = "cast(split_part(split_part(i.version, '.', 2), '-', 1) as integer)"

    def __init__(self, work, memory_bytes):
        import duckdb
        self.path = work / "rows.duckdb"
        self.path.unlink(missing_ok=True)
        self.version = duckdb.__version__
        self.settings = {"threads": os.cpu_count(), "memory_limit": f"{memory_bytes}B"}
        self.con = duckdb.connect(str(self.path),
                                  config={**self.settings, "temp_directory": str(work / "spill")})

    def load(self, name, file, order):
        by = f" order by {order}" if order else ""
        self.con.execute(f"create table {name} as select * from '{file}'{by}")

    def settle(self):
        self.con.execute("checkpoint")

    def ask(self, sql):
        return self.con.execute(sql).fetchall()

    def close(self):
        self.con.close()
        self.path.unlink()


class ChDb(InProcess):
    """MergeTree tables, each sorted by what is asked for."""

    minor = "toInt32(splitByChar('-', splitByChar('.', assumeNotNull(i.version))[2])[1])"

    def __init__(self, work, memory_bytes):
        import chdb
        from chdb import session
        self.path = work / "rows.chdb"
        shutil.rmtree(self.path, ignore_errors=True)
        self.version = chdb.__version__
        self.memory_bytes = memory_bytes
        self.settings = {"max_memory_usage": memory_bytes, "tables": "OPTIMIZE FINAL"}
        self.tables = []
        self.session = session.Session(str(self.path))
        self.session.query("create database if not exists bench engine = Atomic")

    def load(self, name, file, order):
        key = f"({order})" if order else "tuple()"
        self.session.query(
            f"create table bench.{name} engine = MergeTree order by {key} settings allow_nullable_key = 1 "
            f"as select * from file('{file}', Parquet) settings max_memory_usage = {self.memory_bytes}")
        self.tables.append(name)

    def settle(self):
        # One part a table: else it is merged while questions are asked, and that is charged to them.
        for name in self.tables:
            self.session.query(f"optimize table bench.{name} final")
        self.session.query("use bench")

    def ask(self, sql):
        limit = f" settings join_use_nulls = 1, max_memory_usage = {self.memory_bytes}"
        out = self.session.query(sql + limit, "JSONCompact")
        return json.loads(str(out))["data"]

    def close(self):
        self.session.close()
        shutil.rmtree(self.path, ignore_errors=True)
