import { isBlank } from "../../../static/kefu/js/composer/composer.js";
import { storable } from "../../../static/kefu/js/base/page.js";
import { isAcceptable } from "../../../static/kefu/js/composer/tray.js";
import assert from "node:assert/strict";

const equal = assert.deepEqual;

Deno.test("what nobody can see is no message", () => {
  const unseen = [
    "",
    " \n\t",
    "\u200b\u200d",
    "\u202e \u2066\u2069",
    "\ufeff\u2060\u00ad",
    "\u3000",
    "\u0007",
    "\u2800",
    "\ud83d",
    "\ufff9",
  ];
  equal(unseen.map(isBlank), unseen.map(() => true));
});

Deno.test("a message keeps its invisible marks where something visible stands beside them", () => {
  const seen = ["?", "好", "\u200f\u05d0", "👩\u200d💻", "❤\ufe0f", "\u200bx"];
  equal(seen.map(isBlank), seen.map(() => false));
});

Deno.test("files of a kind that the server never takes are known by name and type", () => {
  const file = (name, type = "") => isAcceptable({ name, type });
  const good = ["a.jpg", "a.JPEG", "a.png", "a.gif", "a.webp", "报价.pdf", "a.doc", "a.docx", "a.xls", "a.xlsx"];
  equal([...good, "a.ppt", "a.b.pptx"].every((name) => file(name)), true);
  equal(["a.svg", "a.exe", "a.txt", "a.docm", "pdf", "a.pdf.zip", ""].some((name) => file(name)), false);
  equal(file("drawing.svg", "image/svg+xml"), false);
  equal([file("", "image/png"), file("photo.jfif", "image/jpeg")], [true, true]);
});

Deno.test("what cannot be stored is left out, and nothing else", () => {
  equal(storable("a\0b\ud83d c\udc4b 👋 👨\u200d👩\u200d👧"), "ab c 👋 👨\u200d👩\u200d👧");
});
