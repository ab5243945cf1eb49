import assert from "node:assert/strict";
import { NOW, openDesk, row, settled } from "../../stand_ins/desk.js";

const theirs = { agent: { id: "dave", name: "Dave" } };
const rows = () => [
  row("a", { waiting_since: NOW - 9000 }),
  row("b", { waiting_since: NOW - 5000 }),
  row("c", { waiting_since: NOW - 1000 }),
  row("other", theirs),
];

/** A browser that tells of a new fragment. */
function follow(page, act) {
  act();
  page.goTo(location.hash);
}

Deno.test("the address says which conversation is open, and the back key leads back", async () => {
  const { desk, page, asked } = openDesk({ rows: rows() });
  for (const address of ["#c-a", "#c-b", "#c-a"]) {
    page.goTo(address);
    await settled();
  }
  assert.equal(desk.current, "a");
  assert.deepEqual(asked, ["/customers/a/", "/customers/b/", "/customers/a/"]);
  page.goTo("");
  assert.equal(desk.current, null);
  assert.equal(page.$("#pane-empty").hidden, false);
  page.goTo("#c-a%E0%");
  assert.equal(desk.current, null, "a link that was cut opens nothing");
});

Deno.test("only mine open; one that goes to somebody else stays while it is read", () => {
  const { desk, page } = openDesk({ rows: rows() });
  page.goTo("#c-other");
  assert.equal(desk.current, null);
  page.goTo("#c-a");
  desk.take({ t: "conversation.transferred", conversation: "a", row: row("a", { seq: 2, ...theirs }) });
  page.goTo("#c-a");
  assert.equal(desk.current, "a");
});

Deno.test("other fragments leave open what is open", () => {
  const { desk, page } = openDesk({ rows: rows() });
  page.goTo("#c-b");
  page.goTo("#log");
  assert.equal(desk.current, "b");
});

Deno.test("keys step through the list as it stands, and stop at its ends", () => {
  const { desk, page } = openDesk({ rows: rows() });
  for (const [key, open] of [["next", "a"], ["next", "b"], ["previous", "a"], ["previous", "a"]]) {
    follow(page, () => desk.act(key));
    assert.equal(desk.current, open);
  }
  const { desk: empty } = openDesk({ rows: [] });
  assert.equal(empty.act("next"), false);
});

Deno.test("one key leads to whoever has waited longest, and says when nobody waits", () => {
  const { desk, page, said } = openDesk({ rows: rows() });
  follow(page, () => desk.act("longest"));
  assert.equal(desk.current, "a");
  const other = openDesk({ rows: [row("a")] });
  other.desk.act("longest");
  assert.deepEqual([said, other.said], [[], ["nobody_waits"]]);
});

Deno.test("F6 goes round the regions of the page that are there", () => {
  const { desk, page } = openDesk({ rows: rows() });
  const where = () => {
    const { activeElement } = document;
    return ["lists", "logs", "composer", "panel"].find((id) => page.$(`#${id}`).contains(activeElement));
  };
  desk.act("region");
  assert.equal(where(), "lists");
  page.goTo("#c-a");
  const walk = [1, 2, 3, 4].map(() => (desk.act("region"), where()));
  assert.deepEqual(walk, ["logs", "composer", "panel", "lists"]);
  desk.act("regionBack");
  assert.equal(where(), "panel");
});

Deno.test("Esc leads back to the list", () => {
  const { desk, page } = openDesk({ rows: rows() });
  page.goTo("#c-b");
  desk.act("back");
  assert.equal(document.activeElement.hash, "#c-b");
  assert.equal(desk.current, "b");
});

Deno.test("who is about to wait too long is counted, and one click leads there", () => {
  const { desk, page } = openDesk({ rows: [row("a", { waiting_since: NOW - 200_000 }), row("b")] });
  assert.deepEqual([page.$("#late-notice").hidden, page.$("#late-notice-text").textContent], [
    false,
    "about_to_time_out 1",
  ]);
  follow(page, () => page.click("#late-notice"));
  assert.equal(desk.current, "a");
  desk.take({ t: "message.posted", conversation: "a", row: row("a", { seq: 2 }) });
  assert.equal(page.$("#late-notice").hidden, true);
});
