#!/usr/bin/env python3
"""Writes a folder of invented Windows hosts, as `systeminfo` prints them.

    generate_hosts.py [--count 10000] [--seed 5] DATA_FOLDER OUT_FOLDER

Names, makers and addresses are invented. Product and update numbers are real: each host is given a
day on which it was last updated, and a share of the updates that Microsoft had published for its
product by then (from the definitions in DATA_FOLDER/ms-kb), so lists are as long and as superseded
as real ones. Five languages, four encodings, CRLF; one host in forty prints a list that is cut.
Everything follows from the seed.
"""

import argparse
import csv
import gzip
import io
import pathlib
import random

# Words of each language: labels in the order of the printout, then "build" and "hotfixes installed".
LANGUAGES = {
    "en": {
        "name": "Host Name", "os": "OS Name", "version": "OS Version", "maker": "OS Manufacturer",
        "role": "OS Configuration", "kind": "OS Build Type", "owner": "Registered Owner",
        "installed": "Original Install Date", "boot": "System Boot Time",
        "hardware": "System Manufacturer", "model": "System Model", "type": "System Type",
        "processor": "Processor(s)", "bios": "BIOS Version", "folder": "Windows Directory",
        "locale": "System Locale", "memory": "Total Physical Memory", "domain": "Domain",
        "logon": "Logon Server", "hotfixes": "Hotfix(s)", "cards": "Network Card(s)",
        "words": ("N/A", "Build", "Hotfix(s) Installed.", "Processor(s) Installed.",
                  "NIC(s) Installed."),
        "tag": "en-us;English (United States)", "date": "{m}/{d}/{y}, {h}:{n:02}:{s:02} {ap}"},
    "de": {
        "name": "Hostname", "os": "Betriebssystemname", "version": "Betriebssystemversion",
        "maker": "Betriebssystemhersteller", "role": "Betriebssystemkonfiguration",
        "kind": "Betriebssystem-Buildtyp", "owner": "Registrierter Benutzer",
        "installed": "Ursprüngliches Installationsdatum", "boot": "Systemstartzeit",
        "hardware": "Systemhersteller", "model": "Systemmodell", "type": "Systemtyp",
        "processor": "Prozessor(en)", "bios": "BIOS-Version", "folder": "Windows-Verzeichnis",
        "locale": "Systemgebietsschema", "memory": "Gesamter physikalischer Speicher",
        "domain": "Domäne", "logon": "Anmeldeserver", "hotfixes": "Hotfix(es)",
        "cards": "Netzwerkkarte(n)",
        "words": ("Nicht zutreffend", "Build", "Hotfix(e) installiert.",
                  "Prozessor(en) installiert.", "Netzwerkadapter installiert."),
        "tag": "de;Deutsch (Deutschland)", "date": "{d:02}.{m:02}.{y}, {H:02}:{n:02}:{s:02}"},
    "fr": {
        "name": "Nom de l'hôte", "os": "Nom du système d'exploitation",
        "version": "Version du système", "maker": "Fabricant du système d'exploitation",
        "role": "Configuration du système d'exploitation",
        "kind": "Type de build du système d'exploitation", "owner": "Propriétaire enregistré",
        "installed": "Date d'installation originale", "boot": "Heure de démarrage du système",
        "hardware": "Fabricant du système", "model": "Modèle du système",
        "type": "Type du système", "processor": "Processeur(s)", "bios": "Version du BIOS",
        "folder": "Répertoire Windows", "locale": "Option régionale du système",
        "memory": "Mémoire physique totale", "domain": "Domaine",
        "logon": "Serveur d'ouverture de session", "hotfixes": "Correctif(s)",
        "cards": "Carte(s) réseau",
        "words": ("N/A", "version", "Corrections installées.", "processeur(s) installé(s).",
                  "carte(s) réseau installée(s)."),
        "tag": "fr;Français (France)", "date": "{d:02}/{m:02}/{y}, {H:02}:{n:02}:{s:02}"},
    "it": {
        "name": "Nome host", "os": "Nome SO", "version": "Versione SO", "maker": "Produttore SO",
        "role": "Configurazione SO", "kind": "Tipo build SO",
        "owner": "Proprietario registrato", "installed": "Data di installazione originale",
        "boot": "Tempo di avvio sistema", "hardware": "Produttore sistema",
        "model": "Modello sistema", "type": "Tipo sistema", "processor": "Processore",
        "bios": "Versione BIOS", "folder": "Directory Windows",
        "locale": "Impostazioni locali sistema", "memory": "Memoria fisica totale",
        "domain": "Dominio", "logon": "Server di accesso", "hotfixes": "Aggiornamenti rapidi",
        "cards": "Schede di rete",
        "words": ("N/D", "build", "Aggiornamenti rapidi installati.",
                  "processore(i) installati.", "NIC installate."),
        "tag": "it;Italiano (Italia)", "date": "{d:02}/{m:02}/{y}, {H:02}:{n:02}:{s:02}"},
    "es": {
        "name": "Nombre de host", "os": "Nombre del sistema operativo",
        "version": "Versión del sistema operativo", "maker": "Fabricante del sistema operativo",
        "role": "Configuración del sistema operativo",
        "kind": "Tipo de compilación del sistema operativo", "owner": "Propiedad de",
        "installed": "Fecha de instalación original", "boot": "Tiempo de arranque del sistema",
        "hardware": "Fabricante del sistema", "model": "Modelo el sistema",
        "type": "Tipo de sistema", "processor": "Procesador(es)", "bios": "Versión del BIOS",
        "folder": "Directorio de Windows", "locale": "Configuración regional del sistema",
        "memory": "Cantidad total de memoria física", "domain": "Dominio",
        "logon": "Servidor de inicio de sesión", "hotfixes": "Revisión(es)",
        "cards": "Tarjeta(s) de red",
        "words": ("N/D", "Compilación", "revisión(es) instaladas.", "Procesadores instalados.",
                  "Tarjetas de interfaz de red instaladas."),
        "tag": "es;Español (España)", "date": "{d:02}/{m:02}/{y}, {H:02}:{n:02}:{s:02}"},
}

# Weight, name, version, service pack, x64, label in the definitions, first and last year of updates,
# most updates shown. Releases with cumulative updates show few, older ones many.
PRODUCTS = [
    (10, "Windows 7 Professional", "6.1.7601", 1, True,
     "Windows 7 for x64-based Systems Service Pack 1", 2011, 2023, 220),
    (3, "Windows 7 Enterprise", "6.1.7601", 1, False,
     "Windows 7 for 32-bit Systems Service Pack 1", 2011, 2020, 220),
    (2, "Windows 8.1 Pro", "6.3.9600", 0, True,
     "Windows 8.1 for x64-based systems", 2014, 2023, 120),
    (14, "Windows 10 Pro", "10.0.17763", 0, True,
     "Windows 10 Version 1809 for x64-based Systems", 2018, 2026, 9),
    (12, "Windows 10 Enterprise", "10.0.19043", 0, True,
     "Windows 10 Version 21H1 for x64-based Systems", 2021, 2022, 9),
    (8, "Windows 10 Education", "10.0.17134", 0, True,
     "Windows 10 Version 1803 for x64-based Systems", 2018, 2021, 9),
    (6, "Windows 10 Pro", "10.0.18363", 0, True,
     "Windows 10 Version 1909 for x64-based Systems", 2019, 2022, 9),
    (2, "Windows 10 Pro", "10.0.10240", 0, True,
     "Windows 10 for x64-based Systems", 2015, 2026, 9),
    (8, "Windows 11 Pro", "10.0.22631", 0, True,
     "Windows 11 Version 23H2 for x64-based Systems", 2023, 2025, 6),
    (8, "Windows 11 Enterprise", "10.0.22000", 0, True,
     "Windows 11 version 21H2 for x64-based Systems", 2021, 2024, 6),
    (4, "Windows Server 2008 R2 Standard", "6.1.7601", 1, True,
     "Windows Server 2008 R2 for x64-based Systems Service Pack 1", 2011, 2023, 200),
    (8, "Windows Server 2012 R2 Standard", "6.3.9600", 0, True,
     "Windows Server 2012 R2", 2014, 2023, 180),
    (10, "Windows Server 2019 Datacenter", "10.0.17763", 0, True,
     "Windows Server 2019", 2018, 2026, 8),
    (1, "Windows XP Professional", "5.1.2600", 3, False,
     "Microsoft Windows XP Service Pack 3", 2009, 2014, 150),
]

MAKERS = [("Aldermoor", "Desk 40"), ("Fenwick Computing", "Slim 7"), ("Halden", "Rack R2"),
          ("Birchley Systems", "Ward Cart 3")]
SITES = ["ward", "lab", "admin", "theatre", "pharm", "clinic", "store", "xray"]


def published(data):
    """For each product label, folded: its update numbers with the day of each, oldest first."""
    main = sorted((pathlib.Path(data) / "ms-kb").glob("CVEs_*.csv.gz"))[-1]
    wanted = {product[5].casefold() for product in PRODUCTS}
    found = {label: {} for label in wanted}
    with gzip.open(main, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            label = row["AffectedProduct"].casefold()
            if label in wanted and row["BulletinKB"].isdigit():
                found[label].setdefault(int(row["BulletinKB"]), row["DatePosted"])
    return {label: sorted((day, kb) for kb, day in kbs.items()) for label, kbs in found.items()}


def moment(language, rng, year, month):
    hour = rng.randrange(24)
    return LANGUAGES[language]["date"].format(
        y=year, m=month, d=rng.randint(1, 28), H=hour, h=hour % 12 or 12, n=rng.randrange(60),
        s=rng.randrange(60), ap="PM" if hour >= 12 else "AM")


def host(number, updates, rng):
    """The text of one host."""
    _, name, version, pack, x64, label, first, last, most = rng.choices(
        PRODUCTS, [product[0] for product in PRODUCTS])[0]
    language = rng.choices(list(LANGUAGES), [50, 15, 15, 10, 10])[0]
    words = LANGUAGES[language]
    none, build, installed, processors, cards = words["words"]
    year, month = rng.randint(first, last), rng.randint(1, 12)
    known = [kb for day, kb in updates[label.casefold()] if day <= f"{year}{month:02}28"]
    shown = known[-most:] if most < 20 else rng.sample(known, min(len(known), most))
    shown = sorted(rng.sample(shown, rng.randint(len(shown) // 2, len(shown))))
    maker, model = rng.choice(MAKERS)
    server = "Server" in name
    rows = [
        ("name", f"{rng.choice(SITES)}-{number:05}".upper()),
        ("os", f"Microsoft {name}"),
        ("version", f"{version} {f'Service Pack {pack}' if pack else none} {build} "
                    f"{version.rsplit('.', 1)[1]}"),
        ("maker", "Microsoft Corporation"),
        ("role", "Member Server" if server else "Member Workstation"),
        ("kind", "Multiprocessor Free"),
        ("owner", "Example Trust"),
        ("installed", moment(language, rng, first, rng.randint(1, 12))),
        ("boot", moment(language, rng, year + 1, month)),
        ("hardware", maker), ("model", model),
        ("type", "x64-based PC" if x64 else "X86-based PC"),
        ("processor", [f"1 {processors}", "[01]: Intel64 Family 6 Model 78 Stepping 3 ~2496 Mhz"]),
        ("bios", f"{maker} 1.{rng.randrange(20)}, {moment(language, rng, first, 6).split(',')[0]}"),
        ("folder", "C:\\Windows"), ("locale", words["tag"]),
        ("memory", f"{rng.choice([2, 4, 8, 16])},047 MB"),
        ("domain", "trust.example"), ("logon", "\\\\DC01"),
    ]
    # systeminfo prints the count of all and, in a cut list, fewer rows.
    listed = shown[:len(shown) * 4 // 5] if rng.randrange(40) == 0 else shown
    rows.append(("hotfixes", [f"{len(shown)} {installed}"]
                 + [f"[{i:02}]: KB{kb}" for i, kb in enumerate(listed, 1)]))
    rows.append(("cards", [f"1 {cards}", "[01]: Example Gigabit Adapter",
                           f"      [01]: 192.0.2.{rng.randrange(1, 255)}"]))
    width = max(len(words[key]) for key, _ in rows) + 2
    out = io.StringIO()
    out.write("\r\n")
    for key, value in rows:
        lines = value if isinstance(value, list) else [value]
        out.write(f"{words[key] + ':':{width}}{lines[0]}\r\n")
        for line in lines[1:]:
            out.write(f"{'':{width}}{line}\r\n")
    return language, out.getvalue()


def encoded(language, text, rng):
    """Bytes as Windows writes them: redirected by PowerShell, by the console, or saved as UTF-8."""
    kind = rng.choices(["utf-8", "console", "utf-16", "ansi"], [4, 3, 2, 1])[0]
    if kind == "utf-16":
        return b"\xff\xfe" + text.encode("utf-16-le")
    console = "cp437" if language == "en" else "cp850"
    return text.encode({"utf-8": "utf-8", "console": console, "ansi": "cp1252"}[kind])


def write(data, out, count=10_000, seed=5):
    """Writes `count` hosts into `out` and returns the bytes written."""
    out = pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    updates = published(data)
    rng = random.Random(seed)
    total = 0
    for number in range(count):
        language, text = host(number, updates, rng)
        total += (out / f"host-{number:05}_systeminfo.txt").write_bytes(
            encoded(language, text, rng))
    return total


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__,
                                        formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--count", type=int, default=10_000)
    arguments.add_argument("--seed", type=int, default=5)
    arguments.add_argument("data")
    arguments.add_argument("out")
    chosen = arguments.parse_args()
    size = write(chosen.data, chosen.out, chosen.count, chosen.seed)
    print(f"{chosen.out}: {chosen.count:,} hosts, {size:,} bytes")
