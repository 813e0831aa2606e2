// Proves in the browser that an event stands in the record: the same arithmetic as `wardround record
// check-proof`, with nothing but the proof file and a key. It trusts no answer of the server but what the
// key has signed. RFC 9162 (trees), C2SP tlog-proof, signed note and tlog-checkpoint.
(() => {
  const utf8 = new TextEncoder();
  const fail = (words) => { throw new Error(words); };

  const bytesOf = (base64, length, what) => {
    let binary;
    try { binary = atob(base64); } catch { fail(`${what} is not written in base64.`); }
    if (btoa(binary) !== base64) fail(`${what} is not written in base64.`);
    const bytes = Uint8Array.from(binary, (c) => c.charCodeAt(0));
    if (length !== undefined && bytes.length !== length) fail(`${what} has not the right length.`);
    return bytes;
  };
  const joined = (...parts) => {
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) { all.set(part, at); at += part.length; }
    return all;
  };
  const same = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);
  const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const decimal = (text, what) => {
    if (!/^(0|[1-9][0-9]{0,19})$/.test(text)) fail(`${what} is no number.`);
    const number = BigInt(text);
    return number < 1n << 64n ? number : fail(`${what} is no number.`);
  };

  // The lines before a mark, and what is after it.
  const cut = (text, mark, what) => {
    const at = text.indexOf(mark);
    return at < 0 ? fail(`The file is no proof: it has no ${what}.`) : [text.slice(0, at), text.slice(at + mark.length)];
  };

  const readProof = (text) => {
    const header = "wardround-proof@v1\n";
    if (!text.startsWith(header)) fail("The file is no proof: it does not begin as one.");
    let [entry, rest] = cut(text.slice(header.length), "\n\n", "entry");
    if (entry.includes("\n")) fail("The file is no proof: its entry is not one line.");
    const tlog = "c2sp.org/tlog-proof@v1\n";
    if (!rest.startsWith(tlog)) fail("The lower part of the file is no tlog-proof.");
    rest = rest.slice(tlog.length);
    if (rest.startsWith("extra ")) rest = cut(rest, "\n", "index")[1];
    let line;
    [line, rest] = cut(rest, "\n", "index");
    if (!line.startsWith("index ")) fail("The file is no proof: it has no index.");
    const number = decimal(line.slice(6), "The index");
    const path = [];
    for (;;) {
      [line, rest] = cut(rest, "\n", "checkpoint");
      if (line === "") break;
      if (path.length === 64) fail("The path to the root is too long.");
      path.push(bytesOf(line, 32, "A line of the path"));
    }
    return { entry, number, path, checkpoint: rest };
  };

  // "name+id+key": the id follows from the name and the key.
  const readKey = async (text) => {
    const parts = text.trim().split("+");
    const name = parts[0];
    if (parts.length < 3 || name === "") fail("This is no key: it looks like name+id+key.");
    const id = parts[1];
    const stored = bytesOf(parts.slice(2).join("+"), 33, "The key");
    if (stored[0] !== 1) fail("The key is not of the type Ed25519.");
    const hash = await sha256(joined(utf8.encode(`${name}\n`), stored));
    const found = [...hash.slice(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    if (found !== id) fail("The id of the key is that of another key: copy it again.");
    return { name, id: hash.slice(0, 4), raw: stored.slice(1) };
  };

  // The head of the log, if the key has signed it.
  const openCheckpoint = async (note, key) => {
    const at = note.lastIndexOf("\n\n");
    if (at < 0) fail("The checkpoint has no signatures.");
    const text = note.slice(0, at + 1);
    const lines = text.split("\n");
    if (lines.length < 4 || lines[0] === "") fail("The checkpoint has not its three lines.");
    if (lines[0] !== key.name) fail("The checkpoint is of another log than the key.");
    const size = decimal(lines[1], "The size in the checkpoint");
    const root = bytesOf(lines[2], 32, "The root in the checkpoint");
    const below = note.slice(at + 2);
    if (!below.endsWith("\n")) fail("The signatures end in the middle of a line.");
    const begin = `\u2014 ${key.name} `;
    const own = below.slice(0, -1).split("\n").filter((line) => line.startsWith(begin));
    const imported = await crypto.subtle.importKey("raw", key.raw, { name: "Ed25519" }, false, ["verify"]);
    for (const line of own) {
      const signature = bytesOf(line.slice(begin.length), undefined, "A signature");
      if (signature.length !== 68 || !same(signature.slice(0, 4), key.id)) continue;
      const holds = await crypto.subtle.verify({ name: "Ed25519" }, imported, signature.slice(4), utf8.encode(text));
      return holds ? { size, root } : fail("The signature of the checkpoint does not hold: the checkpoint was changed.");
    }
    return fail("The key has not signed this checkpoint.");
  };

  // RFC 9162, 2.1.3.2.
  const rootOf = async (number, size, leaf, path) => {
    if (number >= size) fail("The checkpoint does not cover the entry.");
    let [fn, sn, hash] = [number, size - 1n, leaf];
    const node = (left, right) => sha256(joined(Uint8Array.of(1), left, right));
    for (const other of path) {
      if (sn === 0n) fail("The path to the root is too long.");
      if ((fn & 1n) === 1n || fn === sn) {
        hash = await node(other, hash);
        while ((fn & 1n) === 0n && fn !== 0n) { fn >>= 1n; sn >>= 1n; }
      } else {
        hash = await node(hash, other);
      }
      fn >>= 1n;
      sn >>= 1n;
    }
    return sn === 0n ? hash : fail("The path to the root is too short.");
  };

  // Proves a file; says in sentences what was checked, or fails with what does not hold.
  const verify = async (text, trusted, expected) => {
    const proof = readProof(text);
    const key = await readKey(trusted);
    const head = await openCheckpoint(proof.checkpoint, key);
    const leaf = await sha256(joined(Uint8Array.of(0), utf8.encode(proof.entry)));
    const root = await rootOf(proof.number, head.size, leaf, proof.path);
    if (!same(root, head.root)) fail(`The entry is not number ${proof.number} of the log: the file was changed.`);
    const event = JSON.parse(proof.entry);
    if (String(event.number) !== String(proof.number)) fail("The entry stands at another place than it says.");
    if (expected && (expected.number !== String(event.number) || expected.id !== event.id)) {
      fail("The proof is of another event than this page shows.");
    }
    return [
      `The key ${key.name} has signed a record of ${head.size} events.`,
      `The entry that the proof brings is number ${proof.number} of that record, unchanged: ${proof.path.length} hashes lead from it to the signed root.`,
      `It is the event ${event.id}, of the kind ${event.kind}.`,
    ];
  };
  globalThis.wardroundVerify = verify;

  if (typeof document === "undefined") return;
  const place = document.getElementById("verify");
  if (!place) return;
  const result = document.getElementById("verified");
  const say = (heading, lines) => {
    const title = document.createElement("p");
    const strong = document.createElement("strong");
    strong.textContent = heading;
    title.append(strong);
    const list = document.createElement("ul");
    list.append(...lines.map((line) => {
      const item = document.createElement("li");
      item.textContent = line;
      return item;
    }));
    result.replaceChildren(title, list);
  };
  place.hidden = false;
  place.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    say("Checking …", []);
    if (!globalThis.crypto?.subtle) {
      say("This browser cannot check it here.", ["It needs a connection with TLS. Download the proof and check it with the command below."]);
      return;
    }
    try {
      const answer = await fetch(place.dataset.proof);
      if (!answer.ok) throw new Error("The proof could not be fetched: sign in again.");
      const key = document.getElementById("trusted").value;
      const lines = await verify(await answer.text(), key, { number: place.dataset.number, id: place.dataset.event });
      say("It holds. This browser has checked by itself:", [...lines, "It cannot know whether this is the key that you trust: compare it with the one that you kept."]);
    } catch (error) {
      const words = error.name === "NotSupportedError" ? "This browser does not know Ed25519: use the command below." : error.message;
      say("It was not proved.", [words]);
    }
  });
})();
