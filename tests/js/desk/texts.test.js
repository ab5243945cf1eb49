import { deskTexts } from "../stand_ins/texts.js";
import assert from "node:assert/strict";

const ROOT = new URL("../../../", import.meta.url);
const IMPORT = /(?:^(?:import|export)\s[^;]*?from\s+|\bnew URL\()"(\.[^"]+\.js)"/gm; // at once, or late

const ANY = new Proxy({}, { get: () => "x" });
/** Keys that are put together of this page's own words. What a server says is asked of t.known(). */
const OWN = new Set([
  "`connection_${state}`",
  "`file_${reason}`",
  "`leave_${way}`",
  "`leave_${way}_keep`",
  "`search_${kind}`",
  "`why_${detail.why}`",
]);

async function importsOf(path, seen = new Set()) {
  const text = await Deno.readTextFile(new URL(`static/kefu/${path}`, ROOT));
  for (const [, name] of text.matchAll(IMPORT)) {
    const found = new URL(name, `file:///${path}`).pathname.slice(1);
    if (seen.has(found)) continue;
    seen.add(found);
    await importsOf(found, seen);
  }
  return seen;
}

Deno.test("every text and icon that the desk asks for exists", async () => {
  const t = deskTexts();
  const icons = await Deno.readTextFile(new URL("templates/workbench/desk/_templates.html", ROOT));
  const modules = [...await importsOf("js/pages/workbench.js")];
  const sources = await Promise.all(
    modules.map((path) => Deno.readTextFile(new URL(`static/kefu/${path}`, ROOT))),
  );
  const asked = (pattern) => new Set(sources.flatMap((text) => [...text.matchAll(pattern)].map(([, name]) => name)));
  for (const name of asked(/\bt\("(\w+)"/g)) assert.notEqual(t.known(name, ANY), null, `no text ${name}`);
  for (const name of asked(/\bicon\("([\w-]+)"/g)) assert.ok(icons.includes(`id="icon-${name}"`), `no icon ${name}`);
  assert.deepEqual(asked(/\bt\((`[^`]+`)/g), OWN);
});
