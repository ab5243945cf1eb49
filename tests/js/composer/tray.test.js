import { openPage } from "../stand_ins/page.js";
import { createTray } from "../../../static/kefu/js/composer/tray.js";
import { upload } from "../../../static/kefu/js/composer/upload.js";
import assert from "node:assert/strict";

const equal = assert.deepEqual;
const file = (name, { size = 10, type = "" } = {}) => ({ name, size, type });

function open({ maxFiles = 3 } = {}) {
  const page = openPage("widget/chat/chat.html"), refused = [];
  let changes = 0;
  const tray = createTray({
    box: page.$("#tray"),
    t: (key, { name }) => `${key} ${name}`,
    size: (bytes) => `${bytes} B`,
    maxBytes: 100,
    maxFiles,
    onChange: () => changes++,
    onRefused: (reason, { name }) => refused.push([reason, name]),
  });
  const chips = () => page.all("#tray span").map((node) => node.textContent);
  return { page, tray, refused, chips, names: () => tray.files().map(({ name }) => name), changes: () => changes };
}

Deno.test("what can be sent stands as a chip, and of what cannot the first is named with its reason", () => {
  const { tray, refused, chips, page } = open();
  equal(page.$("#tray").hidden, true);
  const list = [file("a.pdf"), file("b.exe"), file("c.pdf", { size: 101 }), file("d.pdf", { size: 0 }), file("e.pdf")];
  equal(tray.take(list), true);
  equal(chips(), ["a.pdf", "e.pdf"]);
  equal(refused, [["wrong_kind", "b.exe"], ["too_large", "c.pdf"], ["empty", "d.pdf"]]);
  equal(page.$("#tray").hidden, false);
  equal(tray.take([file("f.exe")]), false);
});

Deno.test("no more than a message can carry are taken", () => {
  const { tray, refused, names } = open({ maxFiles: 2 });
  tray.take([file("a.pdf")]);
  tray.take([file("b.pdf"), file("c.pdf")]);
  equal(names(), ["a.pdf", "b.pdf"]);
  equal(refused, [["too_many", "c.pdf"]]);
});

Deno.test("a chip is taken away by its button, and a picture is held no longer then", () => {
  const { createObjectURL, revokeObjectURL } = URL, held = new Set();
  URL.createObjectURL = ({ name }) => held.add(name) && name;
  URL.revokeObjectURL = (name) => held.delete(name);
  const { tray, page, names, changes } = open();
  tray.take([file("a.png", { type: "image/png" }), file("b.pdf")]);
  equal([...held], ["a.png"]);
  const before = changes();
  page.$("#tray button").click();
  equal([names(), [...held], changes()], [["b.pdf"], [], before + 1]);
  equal(page.$("#tray button").getAttribute("aria-label"), "remove_file b.pdf");
  tray.clear();
  equal([names(), page.$("#tray").hidden], [[], true]);
  Object.assign(URL, { createObjectURL, revokeObjectURL });
});

Deno.test("files stay with the draft of their conversation", () => {
  const { tray, names, chips } = open();
  tray.turn("one");
  tray.take([file("a.pdf"), file("b.pdf")]);
  tray.turn("two");
  equal([names(), chips(), tray.chosen("one")], [[], [], ["a.pdf", "b.pdf"]]);
  tray.take([file("c.pdf")]);
  tray.turn("one");
  equal([names(), chips(), tray.chosen("two")], [["a.pdf", "b.pdf"], ["a.pdf", "b.pdf"], ["c.pdf"]]);
  tray.forget("two");
  tray.turn("two");
  equal(names(), []);
});

/** A server that answers an upload so. */
async function sent(
  status,
  response,
  { progress = () => {}, signal = new AbortController().signal, lost = false } = {},
) {
  const seen = { headers: {} };
  globalThis.XMLHttpRequest = class {
    upload = {};
    open(method, url) {
      Object.assign(seen, { method, url });
    }
    setRequestHeader(name, value) {
      seen.headers[name] = value;
    }
    send(form) {
      seen.form = form;
      this.upload.onprogress({ lengthComputable: true, loaded: 1, total: 4 });
      Object.assign(this, { status, response });
      if (lost) this.onerror();
      else this.onload();
    }
  };
  const body = new File(["tea"], "", { type: "image/png" });
  const given = { url: "/files", headers: { Authorization: "Bearer t" }, fields: { conversation: "c" } };
  const result = upload({ ...given, file: body, progress, signal });
  return { seen, result: await result.then((stored) => ({ stored }), ({ code, permanent }) => ({ code, permanent })) };
}

Deno.test("an upload carries the whole name, its fields and who sends it, and tells how far it is", async () => {
  const parts = [];
  const { seen, result } = await sent(201, { file: { id: "f1" } }, { progress: (part) => parts.push(part) });
  equal(result, { stored: { id: "f1" } });
  equal([seen.method, seen.url, seen.headers.Authorization], ["POST", "/files", "Bearer t"]);
  equal([seen.form.get("name"), seen.form.get("conversation")], ["image.png", "c"]);
  equal(seen.form.get("file").name, "image.png");
  equal(parts, [0.25]);
});

Deno.test("what is at fault itself is not sent again, what the moment is to blame for is", async () => {
  const refusal = async (...given) => (await sent(...given)).result;
  equal(await refusal(422, { code: "file_refused" }), { code: "file_refused", permanent: true });
  equal(await refusal(413, null), { code: "http_413", permanent: true });
  for (const status of [401, 408, 429, 500, 503]) equal((await refusal(status, null)).permanent, false, status);
  equal(await refusal(200, {}), { code: "http_200", permanent: true });
  equal(await refusal(0, null, { lost: true }), { code: "network", permanent: false });
  equal(await refusal(201, {}, { signal: AbortSignal.abort() }), { code: "network", permanent: false });
});
