// Runs the page's script on files of a folder, for the tests: `node verify.js SCRIPT FOLDER`.
// Of each NAME.proof with NAME.key says `NAME ok`, or `NAME no: why`.
const { readFileSync, readdirSync } = require("node:fs");
const { join } = require("node:path");
const [script, folder] = process.argv.slice(2);
(0, eval)(readFileSync(script, "utf8"));
(async () => {
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".proof")).sort()) {
    const name = file.slice(0, -".proof".length);
    const read = (ending) => readFileSync(join(folder, name + ending), "utf8");
    try {
      await globalThis.wardroundVerify(read(".proof"), read(".key"));
      console.log(`${name} ok`);
    } catch (error) {
      console.log(`${name} no: ${error.message}`);
    }
  }
})();
