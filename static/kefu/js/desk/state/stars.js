/**
 * The customers whom this agent starred, by their ids. The whole state names those of the rows; all of them are asked for
 * when a digest says that they are others: what is told of a star has no number.
 *
 *   const stars = createStars({ onChange(customer) });
 *   stars.has(customer), stars.set(customer, on)
 *   stars.learn(customers, starred)    of all these, those are starred
 *   stars.all()
 *   install(desk)                      desk.stars: has(customer), toggle(customer), the key; in all windows;
 *                                      label(root, customer) says in a menu what its item would do
 */
const NONE = "0 null";

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
    all: () => [...starred],
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
  let version = NONE;

  /** How many there are and when the newest was given is another with each star that comes or goes. */
  async function compare({ stars: [count, latest] = [] }) {
    const known = version;
    version = `${count} ${latest}`;
    if (count === undefined || version === known) return;
    try {
      const answer = await server.stars();
      stars.learn(stars.all(), answer.stars);
    } catch (error) {
      version = known;
      console.info("stars are asked for again with the next digest", error);
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
  desk.on("digest", compare);
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
  const label = (root, customer) =>
    root.querySelector("[data-star]").textContent = t(stars.has(customer) ? "star_remove" : "star_add");

  desk.stars = { has: stars.has, toggle, label };
}
