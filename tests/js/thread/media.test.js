import { openPage } from "../stand_ins/page.js";
import assert from "node:assert/strict";

const MESSAGE = { text: "how it broke", file: { url: "/files/1", name: "a.mp4" } };

for (const kind of ["video", "audio"]) {
  Deno.test(`${kind} has a player, and what cannot be played can be saved`, async () => {
    const page = openPage("widget/chat/chat.html"), node = page.$("#log");
    const { fill, swap } = await import(`../../../static/kefu/js/thread/contents/${kind}.js`);
    let grown = 0;
    fill(node, MESSAGE, { onGrown: () => grown++ });
    const player = node.querySelector(kind);
    assert.equal(player.getAttribute("src"), "/files/1");
    assert.ok(player.hasAttribute("controls"));
    assert.equal(player.getAttribute("aria-label"), "a.mp4");
    assert.equal(node.querySelector(".caption").textContent, "how it broke");
    player.replaceWith = (other) => player.parentNode.insertBefore(other, player) ?? player.remove();
    page.fire(player, "error");
    assert.equal(node.querySelector(kind), null);
    assert.equal(node.querySelector("a").getAttribute("download"), "a.mp4");
    assert.equal(grown, 1);
    let done = false;
    swap(node, MESSAGE.file, () => (done = true));
    assert.ok(done);
  });
}
