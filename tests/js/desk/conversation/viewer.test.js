import assert from "node:assert/strict";
import { NOW, openDesk, row, settled as once } from "../../stand_ins/desk.js";
import { fitting, zoomed } from "../../../../static/kefu/js/desk/conversation/viewer.js";

const BOX = { left: 0, top: 0, width: 1000, height: 500 };
const picture = (n, more = {}) => ({
  conversation: "one",
  n,
  from: "customer",
  kind: "image",
  text: "",
  at: NOW + n,
  file: { url: `/files/${n}`, name: `${n}.jpg`, width: 2000, height: 1000 },
  ...more,
});
const word = (n) => ({ conversation: "one", n, from: "customer", kind: "text", text: "tea", at: NOW });

async function settled() {
  for (let turn = 0; turn < 4; turn++) await once();
}

Deno.test("a picture is seen whole, lying or turned, and none is made larger than it is", () => {
  assert.equal(fitting({ width: 2000, height: 1000 }, BOX, 0), 0.5);
  assert.equal(fitting({ width: 2000, height: 1000 }, BOX, 90), 0.25);
  assert.equal(fitting({ width: 40, height: 30 }, BOX, 0), 1);
  assert.equal(fitting({ width: 0, height: 0 }, BOX, 0), 1);
});

Deno.test("what is under the pointer stays there, and a whole picture is in the middle", () => {
  const near = zoomed({ scale: 0.5, x: 0, y: 0 }, 2, 100, -50, 0.5);
  assert.deepEqual(near, { scale: 1, x: -100, y: 50 });
  assert.deepEqual(zoomed(near, 0.1, 0, 0, 0.5), { scale: 0.5, x: 0, y: 0 });
  assert.equal(zoomed(near, 100, 0, 0, 0.5).scale, 8);
});

Deno.test("a picture that is taken back meanwhile is looked at no more", async () => {
  const { desk, page, pages } = openDesk({ rows: [row("one", { n: 3 })] });
  pages.set("one", { messages: [1, 2, 3].map((n) => picture(n)), lines: [], more: false });
  page.goTo("#c-one");
  await settled();
  const dialog = page.$("#viewer-dialog"), link = document.createElement("a");
  link.className = "picture";
  page.all("#log .message")[1].querySelector(".bubble").append(link);
  page.fire(link, "click");
  await settled();
  const recall = (n) => {
    desk.take({ t: "message.recalled", conversation: "one", message: picture(n, { recalled: true, file: null }) });
    return [dialog.querySelector("img").src, page.$(".viewer-place").textContent, dialog.open];
  };
  assert.deepEqual(recall(1), ["/files/2", "1 / 2", true]);
  assert.deepEqual(recall(2), ["/files/3", "1 / 1", true]);
  assert.equal(recall(3)[2], false);
});

Deno.test("a click opens the picture over the desk, and leads through all of the thread", async () => {
  const { page, pages } = openDesk({ rows: [row("one", { n: 4 })] });
  const messages = [picture(1), word(2), picture(3, { recalled: true, file: null }), picture(4)];
  pages.set("one", { messages, lines: [], more: false });
  page.goTo("#c-one");
  await settled();
  const dialog = page.$("#viewer-dialog"), image = dialog.querySelector("img"), stage = page.$(".viewer-stage");
  stage.getBoundingClientRect = () => BOX;
  const link = document.createElement("a");
  link.className = "picture";
  page.all("#log .message")[3].querySelector(".bubble").append(link);
  assert.equal(page.fire(link, "click", { ctrlKey: true }).defaultPrevented, false);
  assert.equal(page.fire(link, "click").defaultPrevented, true);
  await settled();
  assert.equal(dialog.open, true);
  const place = () => [image.src, page.$(".viewer-place").textContent, page.$("[data-view=next]").disabled];
  assert.deepEqual(place(), ["/files/4", "2 / 2", true]);
  page.press(dialog, "ArrowLeft");
  assert.deepEqual(place(), ["/files/1", "1 / 2", false]);
  assert.equal(page.$("[data-view=save]").download, "1.jpg");
  Object.assign(image, { naturalWidth: 2000, naturalHeight: 1000 });
  page.fire(image, "load");
  assert.match(image.style.transform, /rotate\(0deg\) scale\(0.5\)/);
  page.press(dialog, "r");
  assert.match(image.style.transform, /rotate\(90deg\) scale\(0.25\)/);
  page.click("[data-view=larger]");
  assert.match(image.style.transform, /scale\(0.3125\)/);
  page.click("[data-view=fit]");
  assert.match(image.style.transform, /scale\(0.25\)/);
  page.click(stage);
  assert.equal(dialog.open, false);
});
