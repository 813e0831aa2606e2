// A small invented sector, told once: as a demonstration, and as a service that people sign in to.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { freePort } from "./openid.mjs";

const STORY = ["--scale", "0.0005", "--first", "2017-04-05"];

/** The code of that practice. */
export const CLINIC = "XQ1";
/** Where its lead gets texts: a number that nobody has (Ofcom). */
export const CLINIC_MOBILE = "+447700900999";

/** Tells the sector and serves it twice. */
export async function begin(binary) {
  const folder = mkdtempSync(join(tmpdir(), "wardround-journeys-"));
  // Nothing of whoever runs the tests is read or written.
  const env = { ...process.env, HOME: folder, XDG_DATA_HOME: join(folder, "data") };
  const [told, copy] = [join(folder, "told"), join(folder, "copy")];
  // Everything comes from one address, and faster than people click.
  const listen = ["--listen", "127.0.0.1:0", "--rate-limit", "0"];
  const demo = ["demo", "--folder", told, ...STORY, ...listen];
  // Told, ended in good order, and copied: a record in a folder has one writer.
  await end(await serve(binary, demo, env));
  const run = (...words) => execFileSync(binary, words, { env, encoding: "utf8" });
  // A practice that has shown nothing yet, for the story of an alert from its first word to its proof.
  const register = join(folder, "clinic.csv");
  writeFileSync(
    register,
    "code,name,kind,opened,expected_hosts,lead_name,lead_mobile,contacts_checked\n" +
      `${CLINIC},Quarry Lane Clinic,practice,2017-04-05,1,Lee Ward,${CLINIC_MOBILE},2017-04-05\n`,
  );
  run("organisation", "import", "--as-at", "2017-04-05", "--store", told, register);
  cpSync(told, copy, { recursive: true });
  const begun = run("admin", "begin", "--store", copy, "--login", "j.okoro", "--name", "Jo Okoro");
  const code = /^\s+([0-9A-Z-]{20,})\s*$/m.exec(begun)?.[1];
  assert.ok(code, `no code in: ${begun}`);
  // The same with another directory, which is not there yet, at an address that both know.
  const [port, own] = [await freePort(), await freePort()];
  const third = join(folder, "third");
  const secret = join(folder, "secret");
  writeFileSync(secret, "a secret that both know\n");
  const directory = [
    "--listen", `127.0.0.1:${own}`, "--rate-limit", "0", "--public-url", `http://localhost:${own}`,
    "--oidc-issuer", `http://localhost:${port}`, "--oidc-client-id", "wardround",
    "--oidc-client-secret-file", secret,
  ];
  const servers = [
    await serve(binary, demo, env),
    await serve(binary, ["serve", "--store", copy, ...listen], env),
  ];
  return {
    demo: servers[0].base,
    // Passkeys are made for a name, and not for a number.
    service: servers[1].base.replace("127.0.0.1", "localhost"),
    folder,
    code,
    run,
    /** The service with another directory: once somebody has a password. */
    async startWithDirectory() {
      await end(servers[1]);
      cpSync(copy, third, { recursive: true });
      servers[1] = await serve(binary, ["serve", "--store", third, ...directory], env);
      this.withDirectory = { base: `http://localhost:${own}`, port };
    },
    async end() {
      for (const server of servers) await end(server);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function serve(binary, words, env) {
  const child = spawn(binary, words, { env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  return new Promise((resolve, reject) => {
    child.stderr.on("data", (bytes) => (said += bytes));
    child.on("exit", (code) => reject(new Error(`${words[0]} ended with ${code}: ${said}`)));
    child.stdout.on("data", (bytes) => {
      said += bytes;
      const found = /at (http:\/\/[^/\s]+)\//.exec(said);
      if (found) resolve({ child, base: found[1], said: () => said });
    });
  });
}

async function end({ child }) {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.removeAllListeners("exit");
  const again = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await Promise.race([ended, again]);
}
