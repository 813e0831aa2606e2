#!/usr/bin/env python3
"""How soon new evidence is in every answer: one host more, and a whole trust, sent to a server that has nothing else to do.

    one_more.py [--scale 1.0] [--first 2017-05-08] [--hosts 2400,8000,17000] [--times 7] [--trust 8000]

The server is that of `serve.py`, on the invented sector (told once for a folder). For each size the trust whose
number of hosts is nearest is sent the `systeminfo` of one new computer, again and again, each when the one before is
answered; the first is not counted. The time is from the first byte that is sent to the answer that says what it changed,
and after each the API is asked whether it counts one host more. CPU is that of the server's process meanwhile.

A whole trust is sent as one zip to an organisation that has shown few hosts; the job says when it was recorded, and how
long after that it was in every answer.
"""

import argparse
import asyncio
import io
import json
import re
import signal
import statistics
import tempfile
import time
import pathlib
import zipfile

import generate_hosts
import place
import serve

ASKED = "MS17-010"
# How often a job is looked at, in seconds: the answer is known as exactly as that.
LOOK = 0.02


async def signed_in(port):
    """A national officer, and the proof that forms want."""
    officer = serve.Browser(port)
    _, _, page, _ = await officer.ask("GET", "/sign-in")
    person = re.search(r'name="person" value="([^"]+)"[^>]*>.*?National operations officer', page, re.S)
    await officer.form("/demo/role", person=person.group(1), to="/")
    _, _, page, _ = await officer.ask("GET", "/account")
    return officer, re.search(r'name="csrf" value="([^"]+)"', page).group(1)


async def seen(officer, kind=None):
    """For each organisation (of a kind) how many hosts the answer counts that were seen."""
    found, after = {}, ""
    while after is not None:
        _, _, text, _ = await officer.ask("GET", f"/api/v1/exposure/{ASKED}?limit=1000{after}")
        page = json.loads(text)
        for row in page["organisations"]:
            if kind not in (None, row["kind"]):
                continue
            found[row["code"]] = row["hosts"]["hosts"] - row["hosts"]["never_seen"]
        after = f"&after={page['next']}" if page["next"] else None
    return found


def parts(csrf, name, content):
    head = (f'--line\r\ncontent-disposition: form-data; name="csrf"\r\n\r\n{csrf}\r\n--line\r\ncontent-disposition: '
            f'form-data; name="files"; filename="{name}"\r\n\r\n')
    return head.encode() + content + b"\r\n--line--\r\n"


async def sent(officer, code, body, more=()):
    """Status, document, and milliseconds."""
    status, _, text, wall = await officer.ask("POST", f"/api/v1/organisations/{code}/evidence", body,
                                              "multipart/form-data; boundary=line", more)
    if status not in (200, 202):
        raise SystemExit(f"{code} was not taken: {status} {text[:300]}")
    return status, json.loads(text), wall


def spread(values):
    return {"min": round(min(values), 1), "median": round(statistics.median(values), 1), "max": round(max(values), 1)}


async def one_host(officer, csrf, pid, code, times):
    """Milliseconds of wall and CPU for one host more."""
    walls, cpus = [], []
    mark = f"{int(time.time()):x}"
    for turn in range(times + 1):
        before = (await seen(officer))[code]
        cpu, _, _ = serve.of_process(pid)
        body = parts(csrf, "pc.txt", serve.systeminfo(f"MORE-{mark}-{turn}"))
        status, _, wall = await sent(officer, code, body)
        if status != 200:
            raise SystemExit(f"{code}: not answered within the time that a sender waits")
        after, _, _ = serve.of_process(pid)
        counted = (await seen(officer))[code]
        if counted != before + 1:
            raise SystemExit(f"{code}: {before} hosts before, {counted} after one more")
        if turn > 0:
            walls.append(wall)
            cpus.append((after - cpu) * 1e3)
    return {"code": code, "hosts": counted, "wall_ms": spread(walls), "cpu_ms": spread(cpus)}


async def whole_trust(officer, csrf, pid, code, count):
    """Seconds until a trust's hosts are recorded, and from then on until they are in every answer."""
    archive = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        generate_hosts.write(place.DATA, folder, count, int(time.time()))
        for path in sorted(pathlib.Path(folder).iterdir()):
            packed.write(path, path.name)
    before = (await seen(officer))[code]
    cpu, _, _ = serve.of_process(pid)
    begun = time.perf_counter()
    _, document, _ = await sent(officer, code, parts(csrf, "trust.zip", archive.getvalue()), ["prefer: respond-async"])
    recorded = None
    while document["state"] not in ("done", "failed", "cancelled"):
        await asyncio.sleep(LOOK)
        _, _, text, _ = await officer.ask("GET", f"/api/v1/jobs/{document['id']}")
        document = json.loads(text)
        if recorded is None and document["progress"]["stage"] == "answering":
            recorded = time.perf_counter()
    done = time.perf_counter()
    if document["state"] != "done" or recorded is None:
        raise SystemExit(f"the job ended so: {document}")
    after, _, most = serve.of_process(pid)
    counted = (await seen(officer))[code]
    if counted != before + count:
        raise SystemExit(f"{code}: {before} hosts before, {counted} after {count} more")
    return {"code": code, "hosts_before": before, "hosts": count, "zip_bytes": archive.tell(),
            "recorded_secs": round(recorded - begun, 2), "in_answers_after_secs": round(done - recorded, 2),
            "all_secs": round(done - begun, 2), "cpu_secs": round(after - cpu, 2), "memory_most_mib": most}


async def measured(port, pid, chosen):
    officer, csrf = await signed_in(port)
    sizes = await seen(officer, "trust")
    results = []
    for wanted in chosen.hosts.split(","):
        code = min(sizes, key=lambda code: abs(sizes[code] - int(wanted)))
        results.append(await one_host(officer, csrf, pid, code, chosen.times))
        print(f"  one host more: {results[-1]}", flush=True)
    trust = None
    if chosen.trust:
        sizes = await seen(officer)
        code = min((code for code in sizes if sizes[code] > 0), key=lambda code: (sizes[code], code))
        trust = await whole_trust(officer, csrf, pid, code, chosen.trust)
        print(f"  a whole trust: {trust}", flush=True)
    return {"one_host": results, "whole_trust": trust}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--scale", type=float, default=1.0)
    arguments.add_argument("--first", default="2017-05-08")
    arguments.add_argument("--hosts", default="2400,8000,17000")
    arguments.add_argument("--times", type=int, default=7)
    arguments.add_argument("--trust", type=int, default=8_000, help="0: none is sent")
    arguments.add_argument("--keep", default="one_more", help="name of the result; none: not kept")
    chosen = arguments.parse_args()
    server, port, _ = serve.start(place.WORK / f"serve-{chosen.scale}-{chosen.first}", chosen)
    try:
        results = asyncio.run(measured(port, server.pid, chosen))
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()
    if chosen.keep:
        place.keep(chosen.keep, {"question": f"one host more, and a whole trust, at scale {chosen.scale}",
                                 **vars(chosen), **results})


if __name__ == "__main__":
    main()
