import { createVisitor } from "../../../static/kefu/chat/visitor.js";
import assert from "node:assert/strict";

const CONFIG = {
  urls: { session: "/api/visitor/session", logout: "/api/visitor/logout" },
  channel: "shop",
  locale: "en",
};
const MET = { token: "t", visitor: { id: "carol" } };

/** A chat whose server gives these answers, one after the other; waits are told and not waited for. */
async function chat(answers, { title = "Shop", saved = {} } = {}) {
  const told = [], bodies = [], waits = [];
  const real = { fetch: globalThis.fetch, setTimeout: globalThis.setTimeout };
  const host = {
    saved,
    page: { url: "https://shop.test/", title, referrer: "" },
    fresh: () => Promise.resolve({ ...host.saved }),
    save: (patch) => Object.assign(host.saved, patch),
    alone: (_, work) => work(),
  };
  const met = Promise.withResolvers();
  globalThis.fetch = (_, { body }) => {
    bodies.push(JSON.parse(body));
    const [status, answer] = answers.shift();
    return status ? Promise.resolve(new Response(answer, { status })) : Promise.reject(new TypeError("no network"));
  };
  globalThis.setTimeout = (work, wait) => {
    waits.push(wait);
    return real.setTimeout(work, 0);
  };
  const visitor = createVisitor({
    config: CONFIG,
    host,
    onPerson: () => told.push("person"),
    onTrying: (attempt) => told.push(attempt),
    onGone: (isGone) => isGone && told.push("gone"),
    onMet: () => met.resolve(),
    onLeft() {
      told.push("left");
      met.resolve();
    },
    onPage() {},
  });
  visitor.begin();
  await met.promise;
  Object.assign(globalThis, real);
  return { visitor, host, told, bodies, waits };
}

const OPTIONS = { sanitizeOps: false, sanitizeResources: false };
const json = (status, value) => [status, JSON.stringify(value)];

Deno.test("a page that the server cannot read is not told to it again", OPTIONS, async () => {
  const { bodies, visitor, host } = await chat([json(400, { t: "error", code: "bad_frame" }), json(200, MET)]);
  assert.equal(bodies[0].page.url, "https://shop.test/");
  assert.deepEqual(bodies[1], { channel: "shop", locale: "en" });
  assert.deepEqual(visitor.headers(), { Authorization: "Bearer t" });
  assert.equal(host.saved.visitor, "carol");
});

Deno.test("the same where it is too much", OPTIONS, async () => {
  const { bodies } = await chat([json(413, { t: "error", code: "frame_too_large" }), json(200, MET)]);
  assert.deepEqual(bodies.map((body) => "page" in body), [true, false]);
});

Deno.test("a chat that is switched off is asked for each minute until it is on again", OPTIONS, async () => {
  const off = json(404, { t: "error", code: "not_found" });
  const { told, waits } = await chat([off, off, json(200, MET)]);
  assert.deepEqual(told, ["person", 0, "gone", 1, "gone", 2]);
  assert.deepEqual(waits.filter((wait) => wait === 60_000).length, 2);
});

Deno.test("a missing network and a proxy's own page are no answer: asked again, with everything", OPTIONS, async () => {
  const { told, bodies, waits } = await chat([[0], [502, "<h1>Bad gateway</h1>"], json(200, MET)]);
  assert.deepEqual(told, ["person", 0, 1, 2]);
  assert.ok(waits.filter((wait) => wait >= 1000 && wait < 60_000).length >= 2);
  assert.ok(bodies.every((body) => body.page));
});

Deno.test("no half of an emoji is told", OPTIONS, async () => {
  const { bodies } = await chat([json(200, MET)], { title: `${"x".repeat(499)}🍵` });
  assert.equal(bodies[0].page.title.length, 501);
  const broken = await chat([json(200, MET)], { title: "tea \ud83c" });
  assert.equal(broken.bodies[0].page.title, "tea ");
});

const GONE = { token: "old", person: "P", visitor: "carol", seen: ["c", 3], live: true, lang: "en" };

Deno.test(
  "whoever was signed out is nobody here: the page keeps the new visitor, and begins anew",
  OPTIONS,
  async () => {
    const saved = { ...GONE };
    const { visitor, told, bodies } = await chat([json(200, { ...MET, visitor: { id: "new" }, left: true })], {
      saved,
    });
    assert.deepEqual([bodies[0].token, told, visitor.isMet], ["old", ["person", 0, "left"], false]);
    const { person, ...rest } = saved;
    assert.match(person, /^[0-9a-f-]{36}$/);
    assert.deepEqual(rest, { token: "t", visitor: "new", seen: null, live: false, lang: "en" });
  },
);

Deno.test("another tab that was faster keeps its visitor", OPTIONS, async () => {
  const saved = { ...GONE }, answers = [json(200, { ...MET, visitor: { id: "new" }, left: true }), json(200, MET)];
  const faster = { token: "theirs", person: "Q", visitor: "their visitor" };
  const shift = answers.shift.bind(answers);
  answers.shift = () => {
    if (answers.length === 2) Object.assign(saved, faster);
    else saved.visitor = "carol";
    return shift();
  };
  const { bodies, told } = await chat(answers, { saved });
  assert.deepEqual([bodies.map(({ token }) => token), saved.person, told.includes("left")], [
    ["old", "theirs"],
    "Q",
    false,
  ]);
});

Deno.test("a token that the server does not know to be signed out is told by the next page", OPTIONS, async () => {
  const saved = { left: "old" };
  const { bodies } = await chat([[204, null], json(200, MET)], { saved });
  assert.deepEqual([bodies[0], bodies[1].token], [{ token: "old" }, undefined]);
  assert.deepEqual([saved.left, saved.token], [null, "t"]);
  const unreached = { left: "old" };
  await chat([[0], json(200, MET)], { saved: unreached });
  assert.deepEqual([unreached.left, unreached.token], ["old", "t"]);
});
