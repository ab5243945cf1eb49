import assert from "node:assert/strict";
import { bob, openDesk, settled } from "../../stand_ins/desk.js";

const frames = (sent) => sent.filter(({ t }) => t === "status.set").map(({ t: _, ...change }) => change);
const pressed = (page) => page.all("[data-set-status][aria-pressed=true]").map((button) => button.dataset.setStatus);

Deno.test("my status, its button and my load are on the page", () => {
  const { desk, page } = openDesk();
  assert.equal(page.$("#status-label").textContent, "status_online");
  assert.deepEqual(pressed(page), ["online"]);
  assert.equal(page.$("#load-figure").textContent, "1/10");
  desk.take({ t: "agent.load", agents: [{ ...bob, load: 10 }] });
  assert.equal(page.$("#load-note-text").textContent, "load_full");
  desk.take({ t: "agent.load", agents: [{ ...bob, load: 11 }] });
  assert.equal(page.$("#load").title, "load_over");
});

Deno.test("busy is set at once, and away with its reason", () => {
  const { page, sent } = openDesk();
  page.click("[data-set-status=busy]");
  page.click(page.all("[data-away-reason]")[1]);
  page.$("#away-reason").value = " dentist ";
  page.fire("#away-form", "submit");
  assert.deepEqual(frames(sent), [
    { status: "busy" },
    { status: "away", reason: "Meal" },
    { status: "away", reason: "dentist" },
  ]);
  assert.equal(page.$("#away-reason").value, "");
});

Deno.test("away shows its reason, in the words of whoever gave it", () => {
  const { desk, page } = openDesk();
  desk.take({ t: "agent.status", agent: { ...bob, status: "away", reason: "Meal" } });
  assert.equal(page.$("#status-label").textContent, "status_away_reason Meal");
  assert.deepEqual(page.all("[data-away-reason][aria-pressed=true]").map((one) => one.dataset.awayReason), ["Meal"]);
});

Deno.test("going offline asks what happens to open conversations, and goes at once without any", () => {
  for (const [button, requeue] of [["#leave-keep", false], ["#leave-requeue", true]]) {
    const { page, sent } = openDesk();
    page.click("[data-set-status=offline]");
    assert.deepEqual(frames(sent), []);
    assert.deepEqual([page.$("#leave-dialog").open, page.$("#leave-text").textContent], [true, "leave_open 1"]);
    page.click(button);
    assert.deepEqual(frames(sent), [{ status: "offline", requeue }]);
    assert.equal(page.$("#leave-dialog").open, false);
  }
  const { page, sent } = openDesk({ rows: [] });
  page.click("[data-set-status=offline]");
  assert.deepEqual(frames(sent), [{ status: "offline" }]);
});

Deno.test("signing out asks the same, and the answer goes with the form", () => {
  const { desk, page } = openDesk();
  let leaving = 0;
  desk.on("signing_out", () => leaving++);
  page.click("#sign-out-form button");
  assert.deepEqual([leaving, page.$("#leave-title").textContent], [0, "leave_sign_out"]);
  page.click("#leave-requeue");
  assert.deepEqual([leaving, page.$("#sign-out-form [name=conversations]").value], [1, "requeue"]);
});

Deno.test("being offline is news once the server knows that the desk is there", async () => {
  const { desk, page, sent } = openDesk({ me: { ...bob, status: "offline" } });
  assert.equal(page.$("#offline-bar").hidden, true);
  desk.take({ t: "ready", me: { ...bob, status: "offline" } });
  assert.equal(page.$("#offline-bar").hidden, false);
  desk.answers["status.set"] = () => ({ me: bob });
  page.click("#go-online");
  await settled();
  assert.deepEqual(frames(sent), [{ status: "online" }]);
  assert.equal(page.$("#offline-bar").hidden, true);
});

Deno.test("whoever is in no group that serves customers is told", () => {
  const { desk, page } = openDesk({ serves: false });
  assert.equal(page.$("#groups-bar").hidden, false);
  desk.refresh(desk.model.apply({ t: "digest", me: bob, serves: true }));
  assert.equal(page.$("#groups-bar").hidden, true);
});
