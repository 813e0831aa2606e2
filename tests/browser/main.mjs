// Begins the world, runs everything, ends it. Arguments: the binary, and the list of doors as JSON.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";

import { loop } from "./alerts.mjs";
import { launch } from "./browser.mjs";
import * as journeys from "./journeys.mjs";
import { walk } from "./keyboard.mjs";
import { openId } from "./openid.mjs";
import { everyPage, print, signInPage } from "./pages.mjs";
import { firstSignIn, passkey, password } from "./sign_in.mjs";
import { begin } from "./world.mjs";

const [binary, doorsFile] = process.argv.slice(2);
assert.ok(binary && doorsFile, "usage: node main.mjs BINARY DOORS.json");
const doors = JSON.parse(readFileSync(doorsFile, "utf8"));

let world;
let opened;
before(async () => {
  world = await begin(binary);
  opened = await launch();
});
after(async () => {
  await opened?.browser.close();
  await world?.end();
});

const shows = (name, journey) => test(name, () => journey(opened, world, doors));
shows("an invited person comes in with a code and sets a password", firstSignIn);
shows("a password lets in, with and without scripts", password);
shows("a passkey is made, lets in, and ends", passkey);
shows("an officer finds the organisations that cannot be judged", journeys.officer);
shows("a lead sends a real systeminfo file and sees the number move", journeys.lead);
shows("an auditor asks as known a month ago and takes a proof away", journeys.auditor);
shows("an alert goes from its first word to evidence that agrees", loop);
shows("whoever tries the demonstration chooses whose eyes to see with", journeys.chooser);
shows("every page as every role: accessible, narrow enough, small enough", everyPage);
shows("the page to sign in on is accessible", signInPage);
shows("pages can be printed", print);
shows("another directory lets in who is linked, and nobody by a trick", async (opened, world) => {
  await world.startWithDirectory();
  await openId(opened, world);
});
shows("everything is reached and seen without a mouse", walk);
