// Signing in: with a one-time code and a password, with a password, with a passkey.
import assert from "node:assert/strict";

import { NARROW, WIDE, isWider, visit } from "./browser.mjs";

const PASSWORD = "a lamp beside the fourth window";

/** The first who comes, with the code that was printed at the machine, sets a password. */
export async function firstSignIn(opened, world) {
  await visit(opened, world.service, { scripts: false }, async (page) => {
    await page.goto("/");
    await page.getByLabel("Sign-in name").fill("j.okoro");
    await page.getByText("Use a one-time code instead").click();
    await page.getByLabel("One-time code, as you printed it").fill(world.code);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByLabel(/^New password/).fill(PASSWORD);
    await page.getByRole("button", { name: "Set the password" }).click();
    await page.getByText("Your password is set").waitFor();
  });
}

export async function byPassword(page, password = PASSWORD) {
  await page.getByLabel("Sign-in name").fill("j.okoro");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

export async function password(opened, world) {
  for (const size of [WIDE, NARROW]) {
    for (const scripts of [true, false]) {
      await visit(opened, world.service, { scripts, size }, async (page) => {
        await page.goto("/organisations");
        await byPassword(page, "not the password of anybody");
        await page.getByRole("alert").filter({ hasText: "do not go together" }).waitFor();
        assert.ok(!(await isWider(page)));
        await byPassword(page);
        // And is where they wanted to go.
        await page.waitForURL("**/organisations");
        await page.getByRole("link", { name: "Jo Okoro" }).waitFor();
        await page.getByRole("button", { name: "Sign out", exact: true }).click();
        await page.getByRole("heading", { name: "Sign in", level: 1 }).waitFor();
        // What the browser still has is worth nothing.
        await page.goto("/account");
        assert.match(page.url(), /\/sign-in/);
      });
    }
  }
}

export async function passkey(opened, world) {
  for (const size of [WIDE, NARROW]) {
    await visit(opened, world.service, { size }, async (page, context) => {
      const device = await context.newCDPSession(page);
      await device.send("WebAuthn.enable");
      await device.send("WebAuthn.addVirtualAuthenticator", {
        options: {
          protocol: "ctap2",
          transport: "internal",
          hasResidentKey: true,
          hasUserVerification: true,
          isUserVerified: true,
          automaticPresenceSimulation: true,
        },
      });
      await page.goto("/account");
      await byPassword(page);
      const name = `a telephone of ${size.width} pixels`;
      await page.getByLabel("What you call it").fill(name);
      await page.getByRole("button", { name: "Make a passkey" }).click();
      await page.getByText("The passkey is kept").waitFor();
      await page.getByText(name, { exact: true }).waitFor();
      assert.ok(!(await isWider(page)));
      await page.getByRole("button", { name: "Sign out", exact: true }).click();
      await page.getByRole("button", { name: "Sign in with a passkey" }).click();
      await page.getByRole("link", { name: "Jo Okoro" }).waitFor();
      await page.goto("/account");
      const row = page.getByRole("listitem").filter({ hasText: name });
      await row.getByText("last used").waitFor();
      await row.getByRole("button", { name: /^End it/ }).click();
      await row.waitFor({ state: "detached" });
      await page.getByRole("button", { name: "Sign out", exact: true }).click();
      await page.getByRole("button", { name: "Sign in with a passkey" }).click();
      await page.getByText("does not open anything here").waitFor();
    });
  }
  // Without scripts nothing is offered that cannot be done.
  await visit(opened, world.service, { scripts: false }, async (page) => {
    await page.goto("/sign-in");
    assert.equal(await page.getByRole("button", { name: "Sign in with a passkey" }).count(), 0);
    await page.getByLabel("Password", { exact: true }).waitFor();
  });
}
