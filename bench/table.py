#!/usr/bin/env python3
"""Writes the measured table in bench/README.md from bench/results/*.json."""

import json

import place

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def results():
    return {path.stem: json.loads(path.read_text(encoding="utf-8"))
            for path in sorted(place.RESULTS.glob("*.json"))}


def milliseconds(spread):
    return f"{spread['median'] * 1e3:,.1f} ms"


def mebibytes(spread):
    return f"{spread['median'] / 1024:,.1f} MiB"


def rows(found):
    """Rows of the table: question, ours, peer, ratio, goal."""
    if "one_host" in found:
        for name, row in found["one_host"]["files"].items():
            ours, peer = row["figures"]["wardround"], row["figures"]["wes-ng"]
            ratio = row["ratio_wes_ng_to_wardround"]
            yield (f"One host, whole command: `{name.removesuffix('_systeminfo.txt')}`",
                   f"{milliseconds(ours['cpu_secs'])} CPU, {mebibytes(ours['peak_kib'])}",
                   f"wes-ng {milliseconds(peer['cpu_secs'])} CPU, {mebibytes(peer['peak_kib'])}",
                   f"CPU {ratio['cpu_secs']}×, memory {ratio['peak_kib']}×", "100×, 10×")
    if "loaded_once" in found:
        row = found["loaded_once"]
        ours, peer = row["wardround"], row["wes-ng"]
        yield (f"One more host, loaded once ({ours['hosts']} hosts)",
               f"mean {ours['mean_secs_a_host'] * 1e6:,.0f} µs",
               f"wes-ng median {peer['median_secs_a_host'] * 1e3:,.0f} ms, mean "
               f"{peer['mean_secs_a_host'] * 1e3:,.0f} ms",
               f"means {row['ratio_of_means']:,}×", "200 µs")
        opened = ours["benches"].get("knowledge/open")
        if opened:
            yield ("Opening the knowledge of all sample data, inside a process",
                   f"{opened['median_ns'] / 1e6:,.1f} ms", "", "", "20 ms")
    if "knowledge" in found:
        figures = found["knowledge"]["figures"]
        yield ("Compiling the knowledge of all sample data",
               f"{figures['build']['wall_secs']['median']:,.1f} s wall, "
               f"{figures['build']['cpu_secs']['median']:,.1f} s CPU, "
               f"{mebibytes(figures['build']['peak_kib'])}", "", "", "30 s")
        yield ("Opening it and showing a CVE, whole command",
               f"{milliseconds(figures['show']['wall_secs'])} wall, "
               f"{milliseconds(figures['show']['cpu_secs'])} CPU", "", "", "20 ms")
    if "packages" in found:
        row = found["packages"]
        ours, peer = row["figures"]["wardround"], row["figures"]["oscap"]
        yield (f"{row['question'].capitalize()}, whole command",
               f"{milliseconds(ours['cpu_secs'])} CPU, {mebibytes(ours['peak_kib'])}",
               f"OpenSCAP {milliseconds(peer['cpu_secs'])} CPU, {mebibytes(peer['peak_kib'])}",
               f"CPU {row['ratio_whole_command']['cpu_secs']}×, {len(row['differences'])} answers "
               f"differ", "1,000×, none")
        if "wardround_loaded_once_secs" in row:
            yield ("The same, loaded once",
                   f"{row['wardround_loaded_once_secs'] * 1e6:,.0f} µs", "OpenSCAP as above",
                   f"CPU {row['ratio_loaded_once']:,}×", "1,000×")
    if "fleet" in found:
        row = found["fleet"]
        for name, words in (("human", "for people"), ("json", "as JSON"),
                            ("one_bulletin", "only MS17-010, as JSON")):
            figures = row["figures"][name]
            yield (f"{row['question'].capitalize()}, {words}",
                   f"{row['hosts_a_second'][name]:,} hosts a second, "
                   f"{figures['cpu_secs']['median']:,.1f} s CPU, {mebibytes(figures['peak_kib'])}",
                   "", "", "5,000 a second")
    for name in sorted(found):
        if name.startswith("national-"):
            yield from national(found[name])
    for name in sorted(found):
        if name.startswith("serve"):
            yield from served(found[name])
    if "one_more" in found:
        yield from soon(found["one_more"])
    for name, words, goal in (("acknowledge", "", "p99 250 ms"), ("acknowledge-killed", ", the server killed half way", "none lost")):
        if name in found:
            yield acknowledged(found[name], words, goal)
    if "growth" in found:
        points = found["growth"]["points"]
        first, last = points[0], points[-1]
        for point in points:
            if point["scale"] >= 1:
                # The goals are of the nation as it is.
                yield from (row if point["scale"] == 1 else (*row[:-1], "") for row in national_index(point))
        grown = f"{last['hosts'] / first['hosts']:.1f}"
        for name in last["asked"]:
            yield (f"{name}, mean, from {first['hosts']:,} to {last['hosts']:,} hosts ({grown}×)",
                   "; ".join(f"{words} {times(points, of, name)[-1]:.1f}×" for words, of in growing(points)), "", "",
                   f"at most {grown}×")


def acknowledged(row, words, goal):
    """A nation that acknowledges within a minute."""
    ms, killed = row["ms"], ""
    if row["kill_secs"] is not None:
        killed = (f"; {row['requests_of_the_kill']} of the kill and the second after it, the longest "
                  f"{row['longest_of_the_kill_ms']:,.0f} ms; p99 of all {row['p99_of_all_ms']:,.0f} ms; {row['in_the_record']['events']:,} in the record")
    return (f"{row['organisations']:,} organisations acknowledge by their codes in {row['wall_secs']:.0f} s{words}",
            f"p50 {ms['p50']:.0f} ms, p95 {ms['p95']:.0f} ms, p99 {ms['p99']:.0f} ms, at most {ms['max']:,.0f} ms{killed}",
            "", "", goal)


def growing(points):
    """What grows, in words, and how it is read of a point and a kind."""
    yield "CPU warm", lambda point, name: point["asked"][name]["mean"]
    if all(point.get("asked_cold") for point in points):
        yield "CPU cold", lambda point, name: point["asked_cold"][name]["mean"]
    if all(point.get("counted") for point in points):
        yield "instructions", lambda point, name: point["counted"][name]["instructions"]
        yield "words read and written", lambda point, name: (point["counted"][name]["words_read"]
                                                             + point["counted"][name]["words_written"])


def times(points, of, name):
    """How many times as much it is as at the first point."""
    return [of(point, name) / of(points[0], name) for point in points]


def growth_rows(points):
    """For each kind and figure its value at each scale, and how many times the first that is."""
    yield "| Mean of one question | | " + " | ".join(f"{point['hosts']:,} hosts" for point in points) + " |"
    yield "| --- | --- |" + " ---: |" * len(points)
    hosts = [f"{point['hosts'] / points[0]['hosts']:.1f}×" for point in points]
    yield "| the nation | | " + " | ".join(hosts) + " |"
    for name in points[0]["asked"]:
        for words, of in growing(points):
            scale, unit = (1, " ms") if words.startswith("CPU") else (1e-6, " million")
            cells = [f"{of(point, name) * scale:.3f}{unit} ({ratio:.1f}×)"
                     for point, ratio in zip(points, times(points, of, name))]
            yield f"| {name} | {words} | " + " | ".join(cells) + " |"


def soon(row):
    """New evidence, until it is in every answer of a server that has nothing else to do."""
    for one in row["one_host"]:
        wall, cpu = one["wall_ms"], one["cpu_ms"]
        yield (f"One host more in a trust of {one['hosts']:,}, at scale {row['scale']}, until it is in every answer",
               f"median {wall['median'] / 1e3:.2f} s wall ({wall['min'] / 1e3:.2f} to {wall['max'] / 1e3:.2f}), "
               f"{cpu['median'] / 1e3:.2f} s CPU", "", "", "1 s")
    trust = row.get("whole_trust")
    if trust:
        yield (f"The evidence of {trust['hosts']:,} hosts sent at once, at scale {row['scale']}",
               f"recorded after {trust['recorded_secs']:.2f} s; {trust['in_answers_after_secs']:.2f} s later in every "
               f"answer; {trust['cpu_secs']:.2f} s CPU", "", "", "3 s from the record to the answers")


def served(row):
    """A server under load: what people and programs saw."""
    scale, users, senders = row["scale"], row["users"], row["uploads"]
    told = row.get("told")
    if told:
        yield (f"Telling the invented sector at scale {scale} from {row['first']} into a record, index built",
               f"{told['wall_secs']:,.0f} s wall, {told['cpu_secs']:,.0f} s CPU, {told['peak_mib']:,} MiB", "", "", "8 GiB")
    alone = row["situation_alone_server_ms"]
    yield (f"The situation page at scale {scale}, nobody else there, server time",
           f"median {alone['median']} ms, most {alone['max']} ms", "", "", "100 ms")
    for name, words in (("clicking", f"{users} people clicking"),
                        ("clicking_and_uploads", f"{users} people clicking and {senders} uploads running")):
        part = row[name]
        situation, pages = part["pages_server_ms"].get("situation"), part["server_ms"]
        yield (f"Scale {scale}, {words}: any page, server time ({part['pages_a_second']} a second)",
               f"median {pages['median']} ms, p99 {pages['p99']} ms; situation median {situation['median']} ms, "
               f"p99 {situation['p99']} ms; {part['memory_most_mib']:,} MiB at most, {part['fault_count']} faults",
               "", "", "p99 300 ms; situation 100 ms")
    sent = row["clicking_and_uploads"].get("uploads")
    if sent:
        yield (f"Scale {scale}, the uploads: {sent['count']} answered, {sent['in_time']} with what they changed",
               f"median {sent['wall_ms']['median'] / 1e3:,.1f} s, p99 {sent['wall_ms']['p99'] / 1e3:,.1f} s", "", "", "seconds")


def national_index(point):
    """The process that only opens the segments and asks."""
    hosts = f"{point['hosts']:,} hosts"
    yield (f"Opening the index of {hosts}, from files to the first question",
           f"{point['opened']['wall_secs']:.2f} s wall, {point['opened']['cpu_secs']:.2f} s CPU", "", "", "2 s")
    memory = point["memory_mib"]
    yield (f"Memory of the index of {hosts}", f"{memory['after opening']['most']:,.0f} MiB opened, "
           f"{memory['after 5,000 advisories']['most']:,.0f} MiB after 5,000 advisories", "", "", "4 GiB")
    asked = point["all_5000_ms"]["all 5,000"]
    yield (f"5,000 advisories, each over {hosts}", f"{point['all_5000_cpu_secs']:.2f} s CPU", "", "", "10 s")
    yield ("One of them", f"mean {asked['mean']:.2f} ms, p95 {asked['p95']:.2f} ms CPU", "", "",
           "mean 1 ms, p95 5 ms")


def national(row):
    """Each question in both models, against the best of the peers."""
    ours = {one["question"]: one["cpu_secs"] for one in row["ours"]["questions"]}
    goals = {"plain": "500×", "levels": "50×"}
    for question, cpu in ours.items():
        for model, words in (("plain", "plain tables"), ("levels", "our level columns")):
            peers = {name: one[model]["questions"][question] for name, one in row["peers"].items()
                     if "questions" in one.get(model, {})}
            if not peers:
                continue
            name = min(peers, key=lambda name: peers[name]["cpu_secs"]["median"])
            differ = sum(one["rows_that_differ"] for one in peers.values())
            yield (f"{question}, all organisations, scale {row['scale']}; peers on {words}",
                   f"{cpu * 1e3:.3f} ms CPU", f"{name} {milliseconds(peers[name]['cpu_secs'])} CPU",
                   f"CPU {row['ratio_peer_to_ours'][question][model][name]:,}×, {differ} rows differ",
                   goals[model])


def store_rows(found):
    """A row for each step in a store."""
    yield "| Step | Wall | CPU | Peak memory |"
    yield "| --- | ---: | ---: | ---: |"
    words = {"tell": "telling the sector into the record", "first_answer": "the first answer: all segments built",
             "next_answer": "the next answer: everything opened", "import_trust": "importing a trust's hosts",
             "answer_after_trust": "the answer after it", "import_host": "importing one host",
             "answer_after_host": "the answer after it"}
    for name, step in found["store"]["steps"].items():
        yield (f"| {words.get(name, name)} | {step['wall_secs']:,.2f} s | {step['cpu_secs']:,.2f} s | "
               f"{step['peak_mib']:,.0f} MiB |")


def peers(found):
    """Each peer with the versions that took part."""
    versions = set()
    for row in found.values():
        seen = row["circumstances"]["versions"]
        if "not installed" not in seen["wes-ng"]:
            versions |= {f"wes-ng {seen['wes-ng']}", seen["openscap"], seen["python"]}
    for row in found.values():
        for name, models in row.get("peers", {}).items():
            versions |= {f"{name} {one['version']}" for one in models.values() if "version" in one}
    return ", ".join(sorted(versions))


def table(found):
    lines = ["| Question | Wardround | Peer | Ratio | Goal |", "| --- | --- | --- | --- | --- |"]
    lines += [f"| {' | '.join(row)} |" for row in rows(found)]
    if "compare_wesng" in found:
        row = found["compare_wesng"]
        lines += ["", f"Answers against wes-ng on {row['hosts']} files: {row['both']:,} CVEs that both "
                      f"call open; {sum(row['classes'].values()):,} differences, "
                      f"{row['unclassified']} of them in no class.", "",
                  "| Class | Count | Meaning |", "| --- | ---: | --- |"]
        lines += [f"| {name} | {count:,} | {row['meaning'][name]} |"
                  for name, count in row["classes"].items()]
    if "store" in found:
        row = found["store"]
        lines += ["", f"{row['question'].capitalize()}, from {row['first'] or '18 months before its end'} on; "
                      f"then {row['hosts']:,} hosts and one more. Each row is the whole command:",
                  "", *store_rows(found)]
    if "growth" in found:
        lines += ["", "Growth, the same kinds of question at each scale (`results/growth.svg`):", "",
                  *growth_rows(found["growth"]["points"])]
    lines += ["", "| Result | Date | Commit | Load (1, 5 min) |", "| --- | --- | --- | --- |"]
    machines = {}
    for name, row in found.items():
        seen = row["circumstances"]
        machine = seen["machine"]
        words = f"{machine['cpu']}, {machine['cores']} cores, {machine['memory_gib']} GiB"
        machines.setdefault(words, []).append(name)
        load = ", ".join(str(value) for value in seen["load_average_1_5_min"])
        lines.append(f"| {name} | {seen['date']} | {seen['versions']['commit']} | {load} |")
    lines += [""] + [f"- {name}: {row['note']}" for name, row in found.items() if "note" in row]
    lines.append("")
    lines += [f"Machine of {', '.join(names)}: {machine}." for machine, names in machines.items()]
    if machines:
        lines.append(f"Peers: {peers(found)}.")
    return "\n".join(lines)


def main():
    readme = place.ROOT / "bench" / "README.md"
    text = readme.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    readme.write_text(f"{before}{BEGIN}\n{table(results())}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
