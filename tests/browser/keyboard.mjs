// Without a mouse: the skip link comes first, everything is reached, and one sees where one is.
import assert from "node:assert/strict";

import { NARROW, WIDE, visit } from "./browser.mjs";
import { as } from "./journeys.mjs";

/** Everything that can be used and is to be seen, by a mark that is put on it. */
function mark(page) {
  return page.evaluate(() => {
    const wanted = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
    const shown = [...document.querySelectorAll(wanted)].filter(
      (element) => element.checkVisibility({ visibilityProperty: true }) && !element.disabled,
    );
    shown.forEach((element, at) => element.setAttribute("data-walk", at));
    return shown.map((element) => element.outerHTML.slice(0, 120));
  });
}

/** Where the focus is, and whether it is seen. */
function here(page) {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    const line = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    const inside = box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0;
    return { at: element.getAttribute("data-walk"), text: element.outerHTML.slice(0, 120), isSeen: line && inside };
  });
}

export async function walk(opened, world) {
  for (const size of [WIDE, NARROW]) {
    await visit(opened, world.demo, { size }, async (page) => {
      await as(page, /^National operations officer/);
      for (const path of ["/situation", "/organisations", "/people", "/account", "/emergency", "/alerts", "/alerts/new"]) {
        await page.goto(path);
        await page.keyboard.press("Tab");
        const first = await here(page);
        assert.match(first?.text ?? "", /Skip to the content/, `${path}: the skip link is first`);
        assert.ok(first.isSeen, `${path}: the skip link is seen`);
        const all = await mark(page);
        const reached = new Set();
        for (let presses = 0; presses < all.length * 4 + 50; presses += 1) {
          const now = await here(page);
          if (!now) break;
          if (now.at !== null) reached.add(Number(now.at));
          assert.ok(now.isSeen, `${path}: the focus is not seen on ${now.text}`);
          await page.keyboard.press("Tab");
        }
        const missed = all.filter((_, at) => !reached.has(at));
        assert.deepEqual(missed, [], `${path}: what no key reaches`);
      }
      // The skip link leads past everything before the content.
      await page.goto("/situation");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Tab");
      const inMain = await page.evaluate(() => !!document.activeElement?.closest("main"));
      assert.ok(inMain, "after the skip link comes the content");
      // A slash goes to the search.
      await page.goto("/situation");
      await page.keyboard.press("/");
      const field = page.getByLabel(/^Search/).first();
      assert.ok(await field.evaluate((element) => element === document.activeElement));
      assert.equal(await field.inputValue(), "");
      await page.keyboard.type("MS17-010");
      await page.keyboard.press("Enter");
      await page.getByRole("link", { name: /MS17-010/ }).first().waitFor();
    });
  }
}
