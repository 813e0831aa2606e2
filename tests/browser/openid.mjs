// Signing in by another directory: a certified implementation of OpenID Connect, on this machine.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";

import { NARROW, WIDE, visit } from "./browser.mjs";
import { byPassword } from "./sign_in.mjs";

const require = createRequire(join(process.env.WARDROUND_BROWSER_MODULES, "package.json"));

/** A port that nobody has at the moment. */
export function freePort() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** The provider, at a port that was promised to the service before. */
async function provider(port, service) {
  const { default: Provider } = await import(require.resolve("oidc-provider"));
  const issuer = new Provider(`http://localhost:${port}`, {
    clients: [
      {
        client_id: "wardround",
        client_secret: "a secret that both know",
        redirect_uris: [`${service}/sign-in/openid/return`],
      },
    ],
  });
  const server = createServer(issuer.callback());
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  return server;
}

/** The provider's own page: any name lets in there. */
async function inDirectory(page, name) {
  await page.locator("input[name=login]").fill(name);
  await page.locator("input[name=password]").fill("anything");
  await page.locator("button[type=submit]").click();
  await page.getByRole("button", { name: "Continue" }).click();
}

const toDirectory = (page) => page.getByRole("button", { name: /^Sign in with localhost/ }).click();

export async function openId(opened, world) {
  const { base, port } = world.withDirectory;
  const also = [`http://localhost:${port}`];
  // The provider is down: the service has started, says so, and lets people in by other ways.
  await visit(opened, base, { scripts: false, also }, async (page) => {
    await page.goto("/");
    await toDirectory(page);
    await page.getByText("let nobody in at the moment").waitFor();
    await byPassword(page);
    await page.getByRole("link", { name: "Jo Okoro" }).waitFor();
  });
  const server = await provider(port, base);
  try {
    for (const options of [
      { scripts: false, size: WIDE, also },
      { scripts: true, size: NARROW, also },
    ]) {
      await visit(opened, base, options, (page, context) => signedIn(page, context));
    }
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

async function signedIn(page, context) {
  // Known there, and nobody here.
  await page.goto("/organisations");
  await toDirectory(page);
  await inDirectory(page, "j.okoro");
  await page.getByText("nobody here is linked to you").waitFor();
  // Linked by who is signed in.
  await byPassword(page);
  await page.goto("/account");
  await page.getByRole("button", { name: "Link it" }).click();
  await page.getByText("is linked to you here").waitFor();
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.getByRole("heading", { name: "Sign in", level: 1 }).waitFor();
  // And in by the directory alone, to where they wanted.
  const returns = [];
  page.on("request", (request) => {
    if (request.url().includes("/sign-in/openid/return")) returns.push(request.url());
  });
  await page.goto("/organisations");
  await toDirectory(page);
  await page.waitForURL("**/organisations");
  await page.getByRole("link", { name: "Jo Okoro" }).waitFor();
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  // The same answer a second time, with whatever the browser still has.
  assert.equal(returns.length, 1);
  await page.goto(returns[0]);
  await page.getByText("was not begun here").waitFor();
  // What was sent with another nonce, or comes back with another state, lets nobody in.
  for (const [name, said] of [
    ["nonce", "let nobody in at the moment"],
    ["state", "was not begun here"],
  ]) {
    const begun = await context.request.post("/sign-in/openid", {
      headers: { "sec-fetch-site": "same-origin" },
      form: { to: "/" },
      maxRedirects: 0,
    });
    const there = new URL(begun.headers().location);
    there.searchParams.set(name, "A".repeat(43));
    await page.goto(there.href);
    await page.getByText(said).waitFor();
    await page.goto("/account");
    assert.match(page.url(), /\/sign-in/, `${name}: nobody is signed in`);
  }
  await byPassword(page);
  await page.goto("/account");
  await page.getByRole("button", { name: "End the link" }).click();
  await page.getByRole("button", { name: "Link it" }).waitFor();
}
