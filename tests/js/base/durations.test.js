import assert from "node:assert/strict";
import { durationText } from "../../../static/kefu/js/base/durations.js";

/* The table of tests/core/console/test_durations.py: the browser writes what the server writes. */
const TABLE = JSON.parse(Deno.readTextFileSync(new URL("../../core/console/durations.json", import.meta.url)));

Deno.test("the browser writes lengths of time as the server does", () => {
  for (const [language, { patterns, texts }] of Object.entries(TABLE)) {
    for (const [length, text] of texts) assert.equal(durationText(length, patterns), text, `${language} ${length}`);
  }
});
