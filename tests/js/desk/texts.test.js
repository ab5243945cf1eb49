import assert from "node:assert/strict";

const ROOT = new URL("../../../", import.meta.url);
const STATIC_IMPORT = /^(?:import|export)\s[^;]*?from\s+"([^"]+)"/gm;

async function importsOf(path, seen = new Set()) {
  const text = await Deno.readTextFile(new URL(`static/kefu/${path}`, ROOT));
  for (const [, name] of text.matchAll(STATIC_IMPORT)) {
    const found = new URL(name, `file:///${path}`).pathname.slice(1);
    if (seen.has(found)) continue;
    seen.add(found);
    await importsOf(found, seen);
  }
  return seen;
}

Deno.test("every text and icon that the desk asks for exists", async () => {
  const files = ["workbench/desk/texts.py", "conversations/timeline/texts.py"].map((name) =>
    Deno.readTextFile(new URL(name, ROOT))
  );
  const texts = (await Promise.all(files)).join();
  const icons = await Deno.readTextFile(new URL("templates/workbench/desk/_templates.html", ROOT));
  const modules = [...await importsOf("js/pages/workbench.js")];
  const sources = await Promise.all(
    modules.map((path) => Deno.readTextFile(new URL(`static/kefu/${path}`, ROOT))),
  );
  const asked = (pattern) => new Set(sources.flatMap((text) => [...text.matchAll(pattern)].map(([, name]) => name)));
  for (const name of asked(/\bt\("(\w+)"/g)) assert.ok(texts.includes(`"${name}":`), `no text ${name}`);
  for (const name of asked(/\bicon\("([\w-]+)"/g)) assert.ok(icons.includes(`id="icon-${name}"`), `no icon ${name}`);
});
