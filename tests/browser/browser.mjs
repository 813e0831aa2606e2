// Chromium without a network of its own, and pages that fail when a request leaves the host.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const modules = process.env.WARDROUND_BROWSER_MODULES;
assert.ok(modules, "WARDROUND_BROWSER_MODULES says where playwright-core and axe-core are");
const require = createRequire(join(modules, "package.json"));
const { chromium } = require("playwright-core");
export const axeSource = require("axe-core").source;

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const WIDE = { width: 1280, height: 900 };
export const NARROW = { width: 320, height: 640 };
// What a person may wait for a page of a build without optimisation on a busy machine.
const PATIENCE = 60_000;

/** A browser with a folder of its own, new and empty, which the driver makes and removes. */
export async function launch() {
  const executablePath = process.env.WARDROUND_CHROMIUM || PLACES.find((place) => existsSync(place));
  assert.ok(executablePath, "no Chromium: apt-get install chromium, or set WARDROUND_CHROMIUM");
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  // Some builds end with their last window: one that nobody looks at stays open.
  await (await browser.newContext()).newPage();
  return { browser };
}

/**
 * Runs work with a page of somebody who has never been here. Fails if any request goes to another
 * host than the site's, or if the page's own script fails.
 */
export async function visit(opened, base, options, work) {
  const { scripts = true, size = WIDE, dark = false, also = [] } = options;
  const hosts = [new URL(base).origin, ...also];
  const context = await opened.browser.newContext({
    baseURL: base,
    javaScriptEnabled: scripts,
    viewport: size,
    colorScheme: dark ? "dark" : "light",
    acceptDownloads: true,
  });
  context.setDefaultTimeout(PATIENCE);
  const away = [];
  const broken = [];
  context.on("request", (request) => {
    // What the page of another directory asks for is its own matter.
    const from = request.isNavigationRequest() ? "" : request.frame().url();
    if (also.some((host) => from.startsWith(host))) return;
    if (!hosts.includes(new URL(request.url()).origin)) away.push(request.url());
  });
  await context.route((url) => !hosts.includes(url.origin), (route) => route.abort());
  try {
    const page = await context.newPage();
    page.on("pageerror", (error) => broken.push(error.message));
    page.on("console", (line) => {
      // What the policy of the page has stopped is said here only.
      if (/Content Security Policy/i.test(line.text())) broken.push(line.text());
    });
    const result = await work(page, context);
    assert.deepEqual(away, [], "no request leaves the host");
    assert.deepEqual(broken, [], "nothing of the page's own fails");
    return result;
  } finally {
    await context.close();
  }
}

/** Whether the page is wider than the window. */
export async function isWider(page) {
  return page.evaluate(
    () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
  );
}

/** What axe finds, a line each. */
export async function axe(page, rules) {
  await page.evaluate(axeSource);
  return page.evaluate(async (only) => {
    const options = only ? { runOnly: { type: "rule", values: only } } : {};
    const found = await window.axe.run(document, { ...options, resultTypes: ["violations"] });
    const nodes = (one) => one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ");
    return found.violations.map((one) => `${one.id}: ${one.help}: ${nodes(one)}`);
  }, rules);
}
