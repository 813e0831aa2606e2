#!/usr/bin/env python3
"""A server on the invented sector under load: people who click, and uploads beside them.

    serve.py [--scale 1.0] [--first 2017-05-08] [--users 200] [--uploads 50] [--seconds 60]

`wardround demo` tells the sector (once for a folder) and serves it. Users are signed in as an officer,
regional officers, leads of trusts and practice managers; each reads a page, thinks for a while, reads
another. Each upload sends the `systeminfo` of one new computer and waits for what that changed, then
the next. Both run on the same cores as the server. What is measured is the server's own time of each
answer (`Server-Timing`), beside the time that the client saw, and CPU and memory of the process.
"""

import argparse
import asyncio
import json
import os
import pathlib
import random
import re
import signal
import subprocess
import time
import urllib.parse

import place

ASKED = ["MS17-010", "CVE-2017-0144"]


class Browser:
    """A connection that is kept, with a cookie."""

    def __init__(self, port, cookie=None):
        self.port, self.cookie, self.wire = port, cookie, None

    async def ask(self, method, path, body=b"", kind=None, more=()):
        """Status, headers, body and milliseconds until all of it was here; `more` are lines of the request's head."""
        begun = time.perf_counter()
        if self.wire is None or self.wire[0].at_eof():
            # The server closes a connection that nothing came over for a while, as browsers know.
            self.wire = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 24)
        reader, writer = self.wire
        lines = [f"{method} {path} HTTP/1.1", f"host: 127.0.0.1:{self.port}"]
        if self.cookie:
            lines.append(f"cookie: {self.cookie}")
        if method == "POST":
            lines += ["sec-fetch-site: same-origin", f"content-length: {len(body)}"]
            lines.append(f"content-type: {kind or 'application/x-www-form-urlencoded'}")
        lines += more
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode() + body)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(head[0].split()[1])
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
        for line in head[1:]:
            if line.lower().startswith("set-cookie: "):
                self.cookie = line.split(": ", 1)[1].split(";")[0]
        if headers.get("transfer-encoding") == "chunked":
            content = b""
            while size := int(await reader.readline(), 16):
                content += await reader.readexactly(size)
                await reader.readexactly(2)
            await reader.readexactly(2)
        else:
            content = await reader.readexactly(int(headers.get("content-length", 0)))
        return status, headers, content.decode("utf-8", "replace"), (time.perf_counter() - begun) * 1e3

    async def form(self, path, **fields):
        return await self.ask("POST", path, urllib.parse.urlencode(fields).encode())


def server_time(headers):
    return float(re.search(r"dur=([\d.]+)", headers["server-timing"]).group(1))


def of_process(pid):
    """CPU seconds so far, and resident memory now and at most in MiB."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    cpu = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    now, most = (int(re.search(rf"{name}:\s*(\d+)", status).group(1)) / 1024 for name in ("VmRSS", "VmHWM"))
    return cpu, round(now), round(most)


def start(folder, chosen):
    """The server, its port, and what it cost to begin."""
    argv = [str(place.BINARY), "demo", "--folder", str(folder), "--scale", str(chosen.scale),
            "--first", chosen.first, "--listen", "127.0.0.1:0", "--rate-limit", "0"]
    begun = time.perf_counter()
    log = place.WORK / "serve.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as told:
        server = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=told, text=True)
    line = server.stdout.readline()
    if "http://" not in line:
        raise SystemExit(f"it does not serve: {line}{log.read_text()[-2000:]}")
    cpu, _, most = of_process(server.pid)
    figures = {"wall_secs": round(time.perf_counter() - begun, 1), "cpu_secs": round(cpu, 1), "peak_mib": most}
    return server, int(re.search(r":(\d+)/", line).group(1)), figures


async def organisations(browser):
    """Codes by kind, those with hosts."""
    found, after = {}, ""
    while after is not None:
        _, _, text, _ = await browser.ask("GET", f"/api/v1/organisations?after={urllib.parse.quote(after)}")
        page = json.loads(text)
        for row in page["organisations"]:
            found.setdefault(row.get("kind"), []).append(row["code"])
        after = page.get("next") or page.get("after")
    return found


async def signed_in(port, officer, found, users):
    """Browsers of people, with what each is and of whom."""
    wanted = ([("national-officer", "")] * (users // 20) +
              [("regional-officer", code) for code in random.choices(found["region"], k=users // 10)] +
              [("organisation-lead", code) for code in random.choices(found["trust"], k=users * 7 // 20)])
    wanted += [("organisation-lead", code) for code in random.choices(found["practice"], k=users - len(wanted))]
    _, _, page, _ = await officer.ask("GET", "/people")
    csrf = re.search(r'name="csrf" value="([^"]+)"', page).group(1)
    mark = f"{int(time.time()):x}"
    people = []
    for number, (role, code) in enumerate(wanted):
        login = f"u{mark}n{number}"
        status, _, page, _ = await officer.form("/people", csrf=csrf, name=f"User {number}",
                                                login=login, role=role, organisation=code)
        if status != 200:
            raise SystemExit(f"user {number} ({role} of {code}) was not let in: {status}")
        row = next(row for row in page.split("<li>") if f">{login}<" in row)
        person = re.search(r'name="person" value="([^"]+)"', row).group(1)
        browser = Browser(port)
        status, _, _, _ = await browser.form("/demo/role", person=person, to="/")
        if status != 303:
            raise SystemExit(f"user {number} could not sign in: {status}")
        people.append((browser, role, code))
    return people


def next_page(role, code, hosts):
    """What somebody clicks on next: kind of page and address."""
    asked = random.choice(ASKED)
    if role == "organisation-lead":
        pages = [("organisation", f"/organisations/{code}"), ("hosts", f"/organisations/{code}/hosts"),
                 ("practice", f"/organisations/{code}/practice"), ("record", f"/record?organisation={code}"),
                 ("evidence", f"/organisations/{code}/evidence"), ("jobs", "/jobs"), ("search", "/search?q=WARD")]
        if hosts:
            pages.append(("host", f"/organisations/{code}/hosts/{urllib.parse.quote(random.choice(hosts))}"))
        return random.choice(pages)
    return random.choice([("situation", "/situation"), ("situation", f"/situation?advisory={asked}"),
                          ("situation", "/situation"), ("advisory", f"/advisories/{asked}"),
                          ("organisations", "/organisations"), ("record", "/record"), ("search", "/search?q=hospital"),
                          ("jobs", "/jobs"), ("advisories", "/advisories")])


async def clicks(browser, role, code, until, think, seen, faults):
    hosts = []
    await asyncio.sleep(random.random() * think)
    while time.perf_counter() < until:
        kind, path = next_page(role, code, hosts)
        status, headers, page, wall = await browser.ask("GET", path)
        if status in (200, 303):
            seen.setdefault(kind, []).append((server_time(headers), wall))
        else:
            faults.append((status, path))
        if kind == "hosts":
            hosts = re.findall(rf'href="/organisations/{re.escape(code)}/hosts/([^"?]+)"', page)[:50] or hosts
            hosts = [urllib.parse.unquote(host) for host in hosts]
        await asyncio.sleep(random.expovariate(1 / think))


def systeminfo(name):
    return (f"\r\nHost Name:                 {name}\r\nOS Name:                   Microsoft Windows 7 Professional\r\n"
            "OS Version:                6.1.7601 Service Pack 1 Build 7601\r\nSystem Type:               x64-based PC\r\n"
            "Hotfix(s):                 1 Hotfix(s) Installed.\r\n                           [01]: KB3212646\r\n").encode()


async def uploads(browser, code, csrf, name, until, done, faults):
    number = 0
    while time.perf_counter() < until:
        number += 1
        body = (b"--line\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\n" + csrf.encode() +
                b"\r\n--line\r\ncontent-disposition: form-data; name=\"files\"; filename=\"pc.txt\"\r\n\r\n" +
                systeminfo(f"{name}-{number}") + b"\r\n--line--\r\n")
        status, _, page, wall = await browser.ask("POST", f"/api/v1/organisations/{code}/evidence", body,
                                                  "multipart/form-data; boundary=line")
        if status in (200, 202):
            done.append((status, wall))
        else:
            faults.append((status, page[:200]))


def spread(values):
    values = sorted(values)
    at = lambda share: round(values[min(len(values) - 1, int(len(values) * share))], 1)
    return {"count": len(values), "median": at(0.5), "p95": at(0.95), "p99": at(0.99), "max": round(values[-1], 1)}


async def load(port, pid, chosen):
    officer = Browser(port)
    _, _, page, _ = await officer.ask("GET", "/sign-in")
    person = re.search(r'name="person" value="([^"]+)"[^>]*>.*?National operations officer', page, re.S)
    await officer.form("/demo/role", person=person.group(1), to="/")
    begun = time.perf_counter()
    status, headers, page, _ = await officer.ask("GET", "/situation")
    first = {"server_ms": server_time(headers), "bytes": len(page), "status": status,
             "wall_secs": round(time.perf_counter() - begun, 1)}
    alone = []
    for _ in range(20):
        _, headers, page, _ = await officer.ask("GET", "/situation")
        alone.append(server_time(headers))
    found = await organisations(officer)
    people = await signed_in(port, officer, found, chosen.users)
    _, _, page, _ = await officer.ask("GET", "/account")
    csrf = re.search(r'name="csrf" value="([^"]+)"', page).group(1)
    results = {"first_situation": first, "situation_alone_server_ms": spread(alone),
               "organisations": {str(kind): len(codes) for kind, codes in found.items()}}
    for name, senders in (("clicking", 0), ("clicking_and_uploads", chosen.uploads)):
        seen, faults, done = {}, [], []
        until = time.perf_counter() + chosen.seconds
        cpu_before, _, _ = of_process(pid)
        work = [clicks(browser, role, code, until, chosen.think, seen, faults) for browser, role, code in people]
        codes = random.choices(found["trust"] + found["practice"], k=senders)
        work += [uploads(Browser(port, officer.cookie), code, csrf, f"NEW-{name}-{at}", until, done, faults)
                 for at, code in enumerate(codes)]
        begun = time.perf_counter()
        await asyncio.gather(*work)
        wall = time.perf_counter() - begun
        cpu, now, most = of_process(pid)
        pages = [one for times in seen.values() for one in times]
        results[name] = {
            "seconds": round(wall, 1), "pages_a_second": round(len(pages) / wall, 1),
            "server_ms": spread([server for server, _ in pages]),
            "seen_by_client_ms": spread([wall for _, wall in pages]),
            "pages_server_ms": {kind: spread([server for server, _ in times]) for kind, times in sorted(seen.items())},
            "cpu_cores": round((cpu - cpu_before) / wall, 2), "memory_mib": now, "memory_most_mib": most,
            "faults": faults[:10], "fault_count": len(faults),
        }
        if done:
            results[name]["uploads"] = {"count": len(done), "in_time": sum(status == 200 for status, _ in done),
                                        "wall_ms": spread([wall for _, wall in done])}
        print(f"  {name}: {json.dumps(results[name]['server_ms'])}, uploads {results[name].get('uploads')}, "
              f"{len(faults)} faults, {most} MiB")
    return results


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--scale", type=float, default=1.0)
    arguments.add_argument("--first", default="2017-05-08")
    arguments.add_argument("--users", type=int, default=200)
    arguments.add_argument("--uploads", type=int, default=50)
    arguments.add_argument("--seconds", type=float, default=60)
    arguments.add_argument("--think", type=float, default=5.0, help="mean seconds between clicks of one person")
    arguments.add_argument("--keep", default="serve", help="name of the result")
    chosen = arguments.parse_args()
    random.seed(7)
    folder = place.WORK / f"serve-{chosen.scale}-{chosen.first}"
    is_new = not folder.exists()
    server, port, begun = start(folder, chosen)
    print(f"  {'told and ' if is_new else ''}opened: {begun}")
    try:
        results = asyncio.run(load(port, server.pid, chosen))
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()
    place.keep(chosen.keep, {"question": f"a server on the invented sector at scale {chosen.scale}", **vars(chosen),
                             "told" if is_new else "opened": begun, **results})


if __name__ == "__main__":
    main()
