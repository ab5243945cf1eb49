import assert from "node:assert/strict";
import { createLayers } from "../../../static/kefu/js/base/layers.js";

/** A browser's history: entries of an address and a state. */
function browser({ isNarrow = true } = {}) {
  const listeners = {}, open = [];
  let entries = [{ href: "/desk/", state: null }], at = 0;
  let heard = 0;
  const tell = (name) => {
    let stopped = false;
    const event = { stopImmediatePropagation: () => (stopped = true) };
    listeners[name]?.forEach((listener) => listener(event));
    if (name === "popstate" && !stopped) heard += 1;
  };
  function go(step) {
    const before = entries[at].href;
    at = Math.max(0, at + step);
    tell("popstate");
    if (entries[at].href !== before) tell("hashchange");
  }
  const add = (href, state) => {
    entries = [...entries.slice(0, ++at), { href, state }];
  };
  const layers = createLayers({
    isNarrow: () => isNarrow,
    closeTop: () => Boolean(open.pop()),
    historyOf: {
      get state() {
        return entries[at].state;
      },
      replaceState: (state) => (entries[at] = { ...entries[at], state }),
      pushState: (state) => add(entries[at].href, state),
      back: () => go(-1),
    },
    target: {
      get location() {
        return entries[at];
      },
      addEventListener: (name, listener) => (listeners[name] = [...listeners[name] ?? [], listener]),
    },
  });
  return {
    open(name) {
      open.push(name);
      layers.opened();
    },
    close: () => open.pop(),
    visit(href) {
      add(href, null);
      tell("popstate");
      tell("hashchange");
    },
    visitAgain() {
      entries[at] = { ...entries[at], state: null };
      tell("popstate");
    },
    back: () => go(-1),
    replace: (state) => (entries[at] = { ...entries[at], state }),
    state: () => entries[at].state,
    heard: () => heard,
    shows: () => [entries[at].href, ...open],
  };
}

Deno.test("the back key closes the drawer first, then it goes back", () => {
  const one = browser();
  one.visit("#c-1");
  one.open("drawer");
  one.back();
  assert.deepEqual(one.shows(), ["#c-1"]);
  one.back();
  assert.deepEqual(one.shows(), ["/desk/"]);
});

Deno.test("after a drawer was closed by its button one press goes back", () => {
  const one = browser();
  one.visit("#c-1");
  one.open("drawer");
  one.close();
  one.back();
  assert.deepEqual(one.shows(), ["/desk/"]);
});

Deno.test("opening and closing often leaves one entry, and a second layer is closed by its own press", () => {
  const one = browser();
  one.visit("#c-1");
  for (let n = 0; n < 5; n++) {
    one.open("menu");
    one.close();
  }
  one.open("drawer");
  one.back();
  assert.deepEqual(one.shows(), ["#c-1"]);
  one.open("drawer");
  one.close();
  one.visit("#c-2");
  one.back();
  assert.deepEqual(one.shows(), ["#c-1"]);
  one.back();
  assert.deepEqual(one.shows(), ["/desk/"]);
});

Deno.test("a link to the conversation that is open leads nowhere else", () => {
  const one = browser();
  one.visit("#c-1");
  one.open("menu");
  one.close();
  one.visitAgain();
  assert.deepEqual(one.shows(), ["#c-1"]);
});

Deno.test("what others keep in the history stays, and they hear nothing of a step that only closes", () => {
  const one = browser();
  one.visit("?q=tea");
  one.replace({ htmx: true });
  const before = one.heard();
  one.open("drawer");
  one.back();
  assert.deepEqual([one.shows(), one.state().htmx, one.heard()], [["?q=tea"], true, before]);
  one.back();
  assert.deepEqual([one.shows(), one.heard()], [["/desk/"], before + 1]);
});

Deno.test("on a wide screen the history stays as it is", () => {
  const one = browser({ isNarrow: false });
  one.visit("#c-1");
  one.open("dialog");
  one.back();
  assert.deepEqual(one.shows(), ["/desk/", "dialog"]);
});
