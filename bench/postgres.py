"""PostgreSQL as an engine of `national.py`: a private server in a temporary folder, on a Unix socket, for one run.

The rows come from the same Parquet files: DuckDB writes them as CSV in the order that serves the questions, `COPY`
reads them. Each table has the index that its questions want, with all that they read in it, so that the table itself
need not be touched; then `VACUUM (ANALYZE)`. `jit` is off, as it costs more than it saves here.

CPU is that of the backend that answers, by the kernel's clock of that process (`clock_gettime` on its id, Linux only,
in nanoseconds). Parallel workers are off: they save time and cost CPU, and CPU is what is compared; so the backend's is
the whole, but for the checkpointer, which has nothing to do while questions are asked. Peak memory is the backend's
`VmHWM`, with as much of the shared buffers as it touched.
"""

import atexit
import glob
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

SETTINGS = {
    "shared_buffers": "2GB", "work_mem": "512MB", "maintenance_work_mem": "512MB", "effective_cache_size": "6GB",
    "random_page_cost": "1.1", "jit": "off", "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0", "autovacuum": "off", "fsync": "off", "synchronous_commit": "off",
    "full_page_writes": "off", "wal_level": "minimal", "max_wal_senders": "0", "max_wal_size": "4GB",
    "listen_addresses": "", "max_connections": "10",
}
INDEXES = {
    "hosts": "unique index on hosts (host)",
    "updates": "index on updates (kb, host)",
    "items": "index on items (name, ecosystem) include (host, version)",
    "fixing": "index on fixing (system, kb) include (part, proves)",
    "hosts_level": "index on hosts_level (system, level)",
    "items_level": "index on items_level (product, version_rank) include (host)",
}
# What DuckDB calls them, and what they are here.
TYPES = {"VARCHAR": "text", "BIGINT": "bigint", "INTEGER": "integer", "BOOLEAN": "boolean", "DATE": "date"}
DONE = "-- done --"


def tools():
    """The folder of initdb, pg_ctl and psql."""
    found = shutil.which("initdb")
    folders = [pathlib.Path(found).resolve().parent] if found else []
    packaged = glob.glob("/usr/lib/postgresql/*/bin") + glob.glob("/usr/pgsql-*/bin")
    folders += map(pathlib.Path, sorted(packaged, key=lambda path: int(re.search(r"\d+", path)[0]), reverse=True))
    for folder in folders:
        if all((folder / name).exists() for name in ("initdb", "pg_ctl", "psql")):
            return folder
    raise SystemExit("PostgreSQL is not installed (apt-get install postgresql)")


def other_user():
    """Who the server runs as where this process is root, which PostgreSQL refuses; else None."""
    if os.getuid() != 0:
        return None
    known = pathlib.Path("/etc/passwd").read_text()
    return "postgres" if "\npostgres:" in known else "nobody"


class Postgres:
    """A server, and one backend that is asked."""

    minor = "cast(split_part(split_part(i.version, '.', 2), '-', 1) as integer)"

    def __init__(self, work, _memory_bytes):
        # What it may take is in its settings.
        self.work = work
        self.tools = tools()
        self.user = other_user()
        self.settings = SETTINGS
        # Short, because the name of a socket may have 107 bytes only.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="wardround-pg-"))
        if self.user:
            shutil.chown(self.folder, self.user)
        atexit.register(self.close)
        self.run("initdb", "-D", self.data, "-A", "trust", "-U", "wardround", "-E", "UTF8", "--locale=C", "--no-sync")
        options = " ".join(f"-c {name}='{value}'" for name, value in SETTINGS.items())
        self.run("pg_ctl", "-D", self.data, "-w", "-t", "60", "-l", self.folder / "log", "-o",
                 f"-k {self.folder} {options}", "start")
        self.psql = subprocess.Popen(
            [self.tools / "psql", "-XAtq", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-U", "wardround",
             "postgres"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.backend = int(self.ask("select pg_backend_pid()")[0][0])
        self.version = self.ask("show server_version")[0][0]

    @property
    def data(self):
        return self.folder / "data"

    def run(self, tool, *argv):
        command = [str(self.tools / tool), *map(str, argv)]
        subprocess.run(["runuser", "-u", self.user, "--", *command] if self.user else command, check=True,
                       cwd="/", stdout=subprocess.DEVNULL)

    def load(self, name, file, order):
        import duckdb
        con = duckdb.connect(config={"memory_limit": "3GB", "temp_directory": str(self.work / "spill")})
        columns = con.execute(f"describe select * from '{file}'").fetchall()
        rows = self.work / f"{name}.csv"
        by = f" order by {order}" if order else ""
        con.execute(f"copy (select * from '{file}'{by}) to '{rows}' (header false)")
        con.close()
        words = ", ".join(f"{column[0]} {TYPES[column[1]]}" for column in columns)
        self.ask(f"create table {name} ({words});\n\\copy {name} from '{rows}' (format csv)\n")
        rows.unlink()
        if name in INDEXES:
            self.ask(f"create {INDEXES[name]}")

    def settle(self):
        # So that an index alone can answer.
        self.ask("vacuum (analyze)")
        self.ask("checkpoint")

    def ask(self, sql):
        """Rows as texts."""
        self.psql.stdin.write(f"{sql};\nselect '{DONE}';\n")
        self.psql.stdin.flush()
        rows = []
        for line in self.psql.stdout:
            line = line.rstrip("\n")
            if line == DONE:
                return rows
            rows.append(line.split("\t"))
        raise SystemExit(f"PostgreSQL refused: {sql}")

    def cpu(self):
        # The clock of another process, by its id: (~id << 3) | 2.
        return time.clock_gettime((~self.backend << 3) | 2)

    def peak_mib(self):
        for line in pathlib.Path(f"/proc/{self.backend}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
        return 0.0

    def total(self):
        return int(self.ask("select pg_database_size(current_database())")[0][0])

    def close(self):
        """Stops the server and removes all that it wrote."""
        if self.folder.exists():
            if (self.data / "postmaster.pid").exists():
                self.run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")
            shutil.rmtree(self.folder)
