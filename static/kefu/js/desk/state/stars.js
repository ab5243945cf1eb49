/**
 * The customers whom this agent starred, by their ids. The whole state names those of the rows; all of them are asked for
 * when somebody comes of whom it says nothing.
 *
 *   const stars = createStars({ onChange(customer) });
 *   stars.has(customer), stars.set(customer, on)
 *   stars.learn(customers, starred)    of all these, those are starred
 *   install(desk)                      desk.stars: has(customer), toggle(customer), the key; in all windows
 */
export function createStars({ onChange }) {
  const starred = new Set();

  function set(customer, on) {
    if (starred.has(customer) === on) return;
    if (on) starred.add(customer);
    else starred.delete(customer);
    onChange(customer);
  }

  return {
    has: (customer) => starred.has(customer),
    set,
    learn(customers, known) {
      const now = new Set(known);
      for (const customer of customers) set(customer, now.has(customer));
      for (const customer of now) set(customer, true);
    },
  };
}

export function install(desk) {
  const { announcer, model, server, t } = desk;
  const stars = createStars({ onChange: (customer) => desk.tell("starred", customer) });
  let knowsAll = false;

  async function askForAll() {
    if (knowsAll) return;
    knowsAll = true;
    try {
      stars.learn([], (await server.stars()).stars);
    } catch (error) {
      knowsAll = false;
      console.info("stars are asked for again with the next conversation", error);
    }
  }

  /** Shown at once; back as it was where the server says no. */
  async function toggle(customer) {
    const on = !stars.has(customer);
    stars.set(customer, on);
    announcer.say(t(on ? "starred" : "unstarred"));
    if (!(await desk.command({ t: "customer.star", customer, on }))) stars.set(customer, !on);
  }

  function learn(state) {
    stars.learn([...state.rows, ...state.queue].map((row) => row.customer.id), state.stars ?? []);
  }

  desk.on("loaded", learn);
  desk.on("got", askForAll);
  desk.on("waits", askForAll);
  desk.on("customer.starred", ({ customer, on }) => stars.set(customer, on));
  desk.on("starred", (customer) => {
    for (const row of [...model.mine(), ...model.waiting()]) {
      if (row.customer.id === customer) desk.repaint(row.conversation);
    }
  });
  desk.key("star", () => {
    const row = model.row(desk.current);
    return row ? void toggle(row.customer.id) : false;
  });
  desk.stars = { has: stars.has, toggle };
}
