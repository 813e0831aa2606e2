// What people come for: an officer, a lead, an auditor, and whoever tries the demonstration.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { NARROW, WIDE, isWider, visit } from "./browser.mjs";

const BOTH = [
  { scripts: true, size: WIDE },
  { scripts: false, size: WIDE },
  { scripts: true, size: NARROW },
  { scripts: false, size: NARROW },
];

/** Chooses whose eyes to see with. */
export async function as(page, who) {
  await page.goto("/sign-in");
  await page.getByRole("button", { name: who }).click();
  await page.getByRole("button", { name: "Sign out", exact: true }).waitFor();
}

const status = (page) => page.getByRole("heading", { level: 1 }).innerText();

export async function officer(opened, world) {
  for (const options of BOTH) {
    await visit(opened, world.demo, options, async (page) => {
      await as(page, "National operations officer");
      await page.goto("/situation");
      assert.match(await status(page), /cannot be told|unknown|nobody can tell/i);
      // Those of whom least is known stand under a heading of their own, the most silent first.
      const silent = page.getByRole("region", { name: "Least known" });
      const first = silent.getByRole("link").first();
      const name = await first.innerText();
      await first.click();
      await page.getByRole("heading", { level: 2, name: new RegExp(escaped(name)) }).waitFor();
      await page.getByText(/Unknown because|nobody can tell|it has shown nothing/i).first().waitFor();
      assert.ok(!(await isWider(page)));
    });
  }
}

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** A computer that has no update against the worm. */
function systeminfo(name) {
  const sample = join(import.meta.dirname, "../../samples/hospital/mdh-ward-07_systeminfo.txt");
  const text = readFileSync(sample, "latin1");
  const renamed = text.replace(/^(Host Name:\s+)\S+/m, `$1${name}`);
  assert.notEqual(renamed, text, "the sample names its host");
  return { name: `${name}.txt`, mimeType: "text/plain", buffer: Buffer.from(renamed, "latin1") };
}

async function openHosts(page) {
  const shown = page.locator(".sums li").filter({ hasText: /open/i }).first();
  return Number((await shown.innerText()).replace(/\D/g, ""));
}

export async function lead(opened, world) {
  let number = 0;
  for (const options of BOTH) {
    await visit(opened, world.demo, options, async (page) => {
      await as(page, /^Security lead/);
      await page.goto("/");
      const before = await openHosts(page);
      await page.getByRole("link", { name: "Send evidence" }).first().click();
      number += 1;
      await page.getByLabel("Files").setInputFiles(systeminfo(`JOURNEY-PC-${number}`));
      await page.getByRole("button", { name: "Send", exact: true }).click();
      await page.getByRole("heading", { level: 1, name: /1 host from 1 file/ }).waitFor();
      const row = page.getByRole("row").filter({ hasText: /open/i }).first();
      const [was, is] = (await row.getByRole("cell").allInnerTexts()).map((text) => Number(text));
      assert.equal(is, was + 1, "what it changed is in the answer");
      await page.goto("/");
      assert.equal(await openHosts(page), before + 1, "and in the number");
      assert.ok(!(await isWider(page)));
    });
  }
}

export async function auditor(opened, world) {
  for (const options of BOTH) {
    await visit(opened, world.demo, options, async (page) => {
      await as(page, "Auditor");
      await page.goto("/situation");
      const now = await status(page);
      await page.getByText("Another day, or as it was known then").click();
      const footer = await page.getByText(/^Now: /).innerText();
      const day = new Date(/Now: ([^.]+) UTC/.exec(footer)[1].replace(",", "") + " UTC");
      day.setUTCDate(day.getUTCDate() - 30);
      await page.getByLabel(/^As at the day/).fill(day.toISOString().slice(0, 10));
      await page.getByLabel(/^As known at/).fill(day.toISOString().slice(0, 16));
      await page.getByRole("button", { name: "Show" }).click();
      await page.waitForURL(/as_known=/);
      assert.notEqual(await status(page), now, "a month ago something else was known");
      // What it rests on stands in the record, and can be proved without us.
      await page.goto("/record");
      await page.getByRole("row").nth(1).getByRole("link").first().click();
      const command = await page.getByText(/wardround record check-proof/).innerText();
      const key = /--trust '([^']+)'/.exec(command)[1];
      const waiting = page.waitForEvent("download");
      await page.getByRole("link", { name: "Download the proof" }).click();
      const file = join(world.folder, "an-event.proof");
      await (await waiting).saveAs(file);
      const said = world.run("record", "check-proof", file, "--trust", key);
      assert.match(said, /stands in the record|is in the record|proved|holds/i);
      assert.ok(!(await isWider(page)));
    });
  }
}

export async function chooser(opened, world) {
  for (const options of BOTH) {
    await visit(opened, world.demo, options, async (page) => {
      await page.goto("/");
      await page.getByRole("heading", { level: 1, name: /Whose eyes/ }).waitFor();
      assert.ok(!(await isWider(page)));
      const people = await page.getByRole("main").getByRole("button").allInnerTexts();
      assert.ok(people.length >= 5, `${people}`);
      for (const person of people) {
        await page.goto("/sign-in");
        await page.getByRole("button", { name: person, exact: true }).click();
        await page.getByRole("link", { name: person, exact: true }).waitFor();
      }
      await page.getByRole("link", { name: "See it as somebody else" }).click();
      await page.getByRole("heading", { level: 1, name: /Whose eyes/ }).waitFor();
    });
  }
}
