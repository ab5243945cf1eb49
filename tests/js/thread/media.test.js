import { openPage } from "../stand_ins/page.js";
import assert from "node:assert/strict";

import { fill, swap } from "../../../static/kefu/js/thread/contents/player.js";

const MESSAGE = { text: "how it broke", file: { url: "/files/1", name: "a.mp4", size: 1000 } };
const OPTIONS = { t: (name) => name, size: (bytes) => `${bytes} B` };

for (const kind of ["video", "audio"]) {
  Deno.test(`${kind} has a player, and what cannot be played can be saved`, () => {
    const page = openPage("widget/chat/chat.html"), node = page.$("#log");
    let grown = 0;
    fill(node, { ...MESSAGE, kind }, { ...OPTIONS, onGrown: () => grown++ });
    const player = node.querySelector(kind);
    assert.equal(player.getAttribute("src"), "/files/1");
    assert.ok(player.hasAttribute("controls"));
    assert.equal(player.getAttribute("aria-label"), "a.mp4");
    assert.equal(node.querySelector(".caption").textContent, "how it broke");
    player.replaceWith = (other) => player.parentNode.insertBefore(other, player) ?? player.remove();
    page.fire(player, "error");
    assert.equal(node.querySelector(kind), null);
    assert.equal(node.querySelector("a").getAttribute("download"), "a.mp4");
    assert.equal(node.querySelector("small").textContent, "1000 B · not_played");
    assert.equal(grown, 1);
    let done = false;
    swap(node, MESSAGE.file, () => (done = true));
    assert.ok(done);
  });
}

Deno.test("sound of a type that the browser does not know stands there as a file at once", () => {
  const page = openPage("widget/chat/chat.html"), node = page.$("#log"), make = document.createElement;
  document.createElement = (tag) =>
    Object.assign(make.call(document, tag), {
      canPlayType: (type) => type === "audio/mpeg" ? "probably" : "",
      replaceWith(other) {
        this.parentNode.insertBefore(other, this);
        this.remove();
      },
    });
  const shown = (kind, type) => {
    fill(node, { kind, text: "", file: { ...MESSAGE.file, type } }, { ...OPTIONS, onGrown() {} });
    return node.querySelector("audio, video, a").tag;
  };
  assert.deepEqual([shown("audio", "audio/amr"), shown("audio", "audio/mpeg")], ["a", "audio"]);
  assert.deepEqual([shown("audio", ""), shown("video", "video/quicktime")], ["audio", "video"]);
});

Deno.test("one plays at a time", () => {
  const page = openPage("widget/chat/chat.html"), paused = [];
  const [one, other] = ["audio", "video"].map((kind) => {
    const node = document.createElement("p");
    fill(node, { ...MESSAGE, kind }, { ...OPTIONS, onGrown() {} });
    return Object.assign(node.querySelector(kind), { pause: () => paused.push(kind) });
  });
  page.fire(one, "play");
  page.fire(one, "play");
  assert.deepEqual(paused, []);
  page.fire(other, "play");
  assert.deepEqual(paused, ["audio"]);
});
