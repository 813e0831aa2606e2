// Every page door as every role: nothing for axe to find, nothing too wide, nothing too large.
import assert from "node:assert/strict";
import { get } from "node:http";

import { NARROW, WIDE, axe, isWider, visit } from "./browser.mjs";
import { as } from "./journeys.mjs";

const MOST_BYTES = 60 * 1024;
// The style sheet's name follows from its content; the return from a directory is walked in openid.mjs.
const ELSEWHERE = [
  // Carriers call here, and prove themselves.
  "/carriers/kannel/receipts", "/carriers/kannel/texts",
  "/assets/{file}", "/sign-in/openid/return"];
const ROLES = [
  /^National operations officer/,
  /^Deputy operations officer/,
  /^Regional officer/,
  /^Security lead/,
  /^Practice manager/,
  /^Support engineer/,
  /^Auditor/,
];

/** What stands in the places of an address, for whoever looks. */
async function places(page) {
  const links = async (path, pattern) => {
    await page.goto(path);
    const all = page.locator("main a").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
    return (await all).map((href) => pattern.exec(href)?.[1]).filter(Boolean);
  };
  const [number] = await links("/record", /^\/record\/(\d+)$/);
  const codes = await links("/organisations", /^\/organisations\/([^/?]+)/);
  // What was sent before is a job.
  const [id] = await links("/jobs", /^\/jobs\/([^/?]+)$/);
  // Somebody was told of an alert, and has a code.
  const [secret] = await links("/demo/outbox", /^\/a\/([0-9A-Z]+)$/);
  // What everybody may read has asked everybody, too.
  const year = "2017";
  const [stem] = await links(`/csaf/white/${year}/`, /^(a\d+[a-z])\.json$/);
  const published = { year, alert: stem.toUpperCase(), document: `${stem}.json`, message: `${stem}.cap.xml` };
  const found = { number, id, secret, code: codes[0], ...published };
  // Not everybody has shown a host.
  for (const code of codes) {
    const [host] = await links(`/organisations/${code}/hosts`, /\/hosts\/([^/?]+)/);
    if (host) return { ...found, code, host };
  }
  return found;
}

function filled(path, places) {
  return path.replace(/\{(\w+)\}/g, (_, name) => {
    const found = places[name];
    assert.ok(found, `${path}: nothing to put in the place of {${name}}: teach tests/browser/pages.mjs`);
    return found;
  });
}

/** The bytes of a page as they travel. */
function packed(base, path, cookie) {
  const headers = { cookie, "accept-encoding": "gzip" };
  return new Promise((resolve, reject) => {
    get(base + path, { headers }, (answer) => {
      let bytes = 0;
      if (/event-stream/.test(answer.headers["content-type"])) {
        // It goes on for as long as somebody listens.
        answer.destroy();
        resolve({ bytes, answer });
        return;
      }
      answer.on("data", (part) => (bytes += part.length));
      answer.on("end", () => resolve({ bytes, answer }));
    }).on("error", reject);
  });
}

export async function everyPage(opened, world, doors) {
  const pages = doors.filter((door) => door.method === "GET" && !door.is_api);
  const seen = new Set();
  // Who sees nothing of their own asks for what the first sees, and is refused.
  let all = { advisory: "MS17-010", file: "none.css" };
  const faults = [];
  for (const role of ROLES) {
    await visit(opened, world.demo, { size: NARROW, dark: true }, async (page, context) => {
      await as(page, role);
      const own = Object.entries(await places(page)).filter(([, found]) => found);
      const here = { ...all, ...Object.fromEntries(own) };
      if (role === ROLES[0]) all = here;
      const cookies = await context.cookies();
      const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
      for (const door of pages) {
        const path = filled(door.path, here);
        const { bytes, answer } = await packed(world.demo, path, cookie);
        const isPage = /^text\/html/.test(answer.headers["content-type"] ?? "");
        const say = (fault) => faults.push(`${role} ${path}: ${fault}`);
        if (answer.statusCode >= 500) say(`answers ${answer.statusCode}`);
        if (bytes > MOST_BYTES) say(`${bytes} bytes travel`);
        // What is refused is looked at once.
        const refused = answer.statusCode >= 400;
        if (!refused) seen.add(door.path);
        if (!isPage || (refused && role !== ROLES.at(-1))) continue;
        await looked(page, path, say);
      }
    });
  }
  for (const door of pages) {
    if (!seen.has(door.path) && !ELSEWHERE.includes(door.path)) faults.push(`${door.path} was seen by nobody`);
  }
  assert.deepEqual(faults, []);
}

async function looked(page, path, say) {
  await page.setViewportSize(NARROW);
  await page.emulateMedia({ colorScheme: "dark", media: "screen" });
  await page.goto(path);
  if (await isWider(page)) say("scrolls sideways at 320 pixels");
  for (const found of await axe(page)) say(`dark, narrow: ${found}`);
  await page.setViewportSize(WIDE);
  await page.emulateMedia({ colorScheme: "light", media: "screen" });
  if (await isWider(page)) say("scrolls sideways at 1280 pixels");
  for (const found of await axe(page, ["color-contrast", "region", "target-size"])) {
    say(`light, wide: ${found}`);
  }
  await page.emulateMedia({ media: "print" });
  for (const found of await axe(page, ["color-contrast"])) say(`print: ${found}`);
  await page.emulateMedia({ media: "screen" });
}

export async function signInPage(opened, world) {
  for (const options of [
    { size: NARROW, dark: true },
    { size: WIDE, dark: false },
  ]) {
    await visit(opened, world.service, options, async (page) => {
      await page.goto("/sign-in");
      assert.deepEqual(await axe(page), []);
      assert.ok(!(await isWider(page)));
    });
  }
}

export async function print(opened, world) {
  await visit(opened, world.demo, {}, async (page) => {
    await as(page, /^National operations officer/);
    for (const path of ["/situation", "/record", "/alerts"]) {
      await page.goto(path);
      const paper = await page.pdf({ format: "A4" });
      assert.ok(paper.length > 2_000, path);
    }
  });
}
