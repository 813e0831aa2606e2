// Urged, answered, proved: two officers, a lead, and evidence that first disagrees and then agrees.
import assert from "node:assert/strict";
import { join } from "node:path";

import { NARROW, WIDE, axe, isWider, visit } from "./browser.mjs";
import { as } from "./journeys.mjs";
import { CLINIC, CLINIC_MOBILE } from "./world.mjs";

const WAYS = [
  { scripts: true, size: WIDE },
  { scripts: false, size: NARROW },
];
const LEAD = "Lead of the clinic";

const status = (page) => page.getByRole("heading", { level: 1 }).innerText();
const press = (page, name) => page.getByRole("button", { name, exact: true }).first().click();

/** A Windows 7 machine with one update: KB4012212 closes the flaw, KB3212646 does not. */
function machine(name, update) {
  const text = [
    "", `Host Name:                 ${name}`, "OS Name:                   Microsoft Windows 7 Professional",
    "OS Version:                6.1.7601 Service Pack 1 Build 7601", "System Type:               x64-based PC",
    "Hotfix(s):                 1 Hotfix(s) Installed.", `                           [01]: ${update}`, "",
  ].join("\r\n");
  return { name: `${name}-${update}.txt`, mimeType: "text/plain", buffer: Buffer.from(text, "latin1") };
}

async function sends(page, file) {
  await page.goto(`/organisations/${CLINIC}/evidence`);
  await page.getByLabel("Files").setInputFiles(file);
  await press(page, "Send");
  await page.getByRole("heading", { level: 1, name: /1 host from 1 file/ }).waitFor();
}

export async function loop(opened, world) {
  await visit(opened, world.demo, {}, async (page) => {
    await as(page, /^National operations officer/);
    await page.goto("/people");
    await page.getByText("Let somebody in").click();
    await page.getByLabel("Their name").fill(LEAD);
    await page.getByRole("main").getByLabel("Sign-in name", { exact: true }).fill("clinic");
    await page.getByLabel("Role", { exact: true }).first().selectOption("organisation-lead");
    await page.getByLabel("Code of the organisation, or of the region").first().fill(CLINIC);
    await press(page, "Let them in");
    await page.getByText(LEAD).first().waitFor();
  });
  for (const [at, options] of WAYS.entries()) {
    const path = await issued(opened, world, options, at);
    await answered(opened, world, options, { path, at });
  }
}

/** One writes, another approves; gives where the alert is. */
async function issued(opened, world, options, at) {
  const headline = `Install the update of March on every machine (${at + 1})`;
  let path;
  await visit(opened, world.demo, options, async (page) => {
    await as(page, /^National operations officer/);
    await page.goto("/alerts");
    await page.getByRole("link", { name: "Write an alert" }).click();
    await page.getByLabel(/^What to do, in one line/).fill(headline);
    await page.getByLabel(/^What it is about/).fill("A worm can use the flaw that it closes.");
    await page.getByLabel(/one step on each line/).fill("Install it.\nStart the machine again.");
    await page.getByLabel(/^Advisories, CVEs/).fill("MS17-010");
    await page.getByLabel(/^Only these organisations/).fill(CLINIC);
    assert.ok(!(await isWider(page)));
    await press(page, "Write it");
    await page.getByRole("heading", { level: 1, name: /nobody is asked anything yet/ }).waitFor();
    path = new URL(page.url()).pathname;
    await press(page, "Ask for a second person");
    await page.getByText("It waits for somebody who did not write at it.").waitFor();
    // Who wrote it cannot approve it.
    await press(page, "Approve: ask everybody now");
    await page.getByText(/somebody else must approve it/i).waitFor();
  });
  await visit(opened, world.demo, options, async (page) => {
    await as(page, /^Deputy operations officer/);
    await page.goto("/alerts");
    assert.match(await page.getByRole("main").innerText(), /waits for a second person/);
    await page.goto(path);
    await press(page, "Approve: ask everybody now");
    await page.getByRole("heading", { level: 1, name: /1 is silent/ }).waitFor();
    await page.waitForLoadState();
    assert.ok(!(await isWider(page)));
  });
  return path;
}

/** The lead acknowledges from the code of the text message, signed in as nobody. */
async function acknowledged(opened, world, options, path) {
  const number = path.split("/").at(-1);
  await visit(opened, world.demo, options, async (page) => {
    const message = page.getByRole("listitem").filter({ hasText: CLINIC_MOBILE }).filter({ hasText: number }).first();
    for (let looks = 0; looks < 60; looks += 1) {
      await page.goto("/demo/outbox");
      if (await message.count()) break;
      await page.waitForTimeout(500);
    }
    assert.match(await message.innerText(), new RegExp(`TLP:AMBER Install the update.*Reply ACK ${number} `));
    assert.ok(!(await isWider(page)));
    await message.getByRole("link", { name: "Acknowledge as they would" }).click();
    assert.match(await status(page), new RegExp(`^${number} asks Quarry Lane Clinic to act`));
    assert.ok(!(await isWider(page)));
    // What looks for faults is a script itself.
    if (options.scripts) assert.deepEqual(await axe(page), []);
    // What is TLP:AMBER is read by who signs in.
    assert.ok(!(await page.getByRole("main").innerText()).includes("Install"));
    await press(page, "We have read it");
    await page.getByRole("heading", { level: 1, name: `${number} is acknowledged for Quarry Lane Clinic` }).waitFor();
    if (options.scripts) assert.deepEqual(await axe(page), []);
    // The same by typing it.
    const code = new URL(page.url()).pathname.split("/").at(-1);
    await page.goto("/a");
    await page.getByLabel(/^The code/).fill(` ${code.slice(0, 5)} ${code.slice(5)} `.toLowerCase());
    await press(page, "Go on");
    await page.getByRole("heading", { level: 1, name: `${number} was acknowledged for Quarry Lane Clinic` }).waitFor();
  });
}

async function answered(opened, world, options, { path, at }) {
  const own = `/organisations/${CLINIC}${path}`;
  const host = `CLINIC-PC-${at + 1}`;
  await acknowledged(opened, world, options, path);
  await visit(opened, world.demo, options, async (page) => {
    await as(page, LEAD);
    await sends(page, machine(host, "KB3212646"));
    await page.goto(own);
    assert.match(await status(page), /1 host of Quarry Lane Clinic is open to it/);
    await press(page, "It is done");
    await page.getByRole("heading", { level: 1, name: "Check before you send it" }).waitFor();
    assert.match(await page.getByRole("main").innerText(), /Evidence shows 1 host open/);
    await press(page, "Send it");
    await page.getByRole("heading", { level: 1, name: /says that it is done, and evidence shows 1 host open/ }).waitFor();
    assert.ok(!(await isWider(page)));
  });
  await visit(opened, world.demo, options, async (page) => {
    await as(page, /^National operations officer/);
    await page.goto(`${path}/delivery`);
    assert.match(await status(page), /1 of 1 acknowledged/);
    await page.getByText("Each message to Quarry Lane Clinic").click();
    assert.match(await page.getByRole("main").innerText(), /text message: arrived, as its carrier says/);
    assert.ok(!(await isWider(page)));
    await page.goto(path);
    assert.match(await status(page), /^1 organisation says it is done and evidence disagrees/);
    await page.getByRole("link", { name: "Claims that evidence contradicts" }).click();
    assert.match(await page.getByRole("table").innerText(), /Evidence disagrees/);
  });
  await visit(opened, world.demo, options, async (page) => {
    await as(page, LEAD);
    await sends(page, machine(host, "KB4012212"));
    // What is held against it is held by itself.
    await page.waitForTimeout(200);
    for (let looks = 0; looks < 50; looks += 1) {
      await page.goto(own);
      if (/Done and proved/.test(await status(page))) break;
      await page.waitForTimeout(200);
    }
    assert.match(await status(page), /Done and proved at Quarry Lane Clinic/);
    // Each step stands in the record, and can be proved without us.
    const said = await page.getByRole("main").innerText();
    for (const step of ["acknowledged", "said that it is done", "1 open host", "evidence agrees"]) {
      assert.ok(said.includes(step), `${step}: ${said}`);
    }
    await page.getByRole("link", { name: /^Event \d+$/ }).last().click();
    const command = await page.getByText(/wardround record check-proof/).innerText();
    const key = /--trust '([^']+)'/.exec(command)[1];
    const waiting = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download the proof" }).click();
    const file = join(world.folder, `closed-${at}.proof`);
    await (await waiting).saveAs(file);
    assert.match(world.run("record", "check-proof", file, "--trust", key), /stands in the record|is in the record|proved|holds/i);
  });
  await visit(opened, world.demo, options, async (page) => {
    await as(page, /^National operations officer/);
    await page.goto(path);
    assert.match(await status(page), /^1 of 1 proved by evidence/);
  });
}
