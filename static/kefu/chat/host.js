/**
 * The chat's line to what surrounds it: the loader on a site, or the page's own storage where it stands alone (behind a
 * QR code or link, alone.js). The host keeps what must survive a reload, because a frame inside another site may be
 * refused all storage; all tabs of a site share one place.
 *
 *   connectHost({ channel, origins, handlers: { open, close, message, logout, page, saved } }) → Promise<{
 *     saved,             // { token, visitor, person, live, seen, lang, left }, {} at first; as last read or written here;
 *                        //   left: the token of whoever was signed out, until the server knows
 *     page,              // { url, title, referrer } of the page that the visitor is on
 *     isOpen, isQuiet,   // quiet: it was open when the page changed; nobody asked for the cursor
 *     embedded,
 *     save(patch),       // into saved, and kept, unless another person is kept there meanwhile
 *     fresh(),           // → Promise of saved as it is kept now, after all that was saved here
 *     alone(name, work), // runs the async work while no other tab is in work of that name; where browsers have no
 *                        //   such locks (plain http) at once
 *     tell(name, data),  // "close" | "unread" | "event" to the loader; nothing happens without one
 *   }>
 *   handlers.saved(saved): another tab wrote
 */
function inside(port, hello, handlers) {
  const asked = [];
  const tell = (t, d, p) => port.postMessage({ t, d, p });
  const heard = {
    ...handlers,
    loaded: (saved) => asked.shift()(host.saved = saved),
    saved: (saved) => handlers.saved(host.saved = saved),
  };
  const host = {
    saved: hello.saved,
    page: hello.page,
    isOpen: hello.open,
    isQuiet: hello.quiet,
    embedded: true,
    // A loader from before the last release, in a page that has been open since, does not answer.
    fresh: () => hello.fresh ? new Promise((done) => asked.push(done) && tell("load")) : Promise.resolve(host.saved),
    save(patch) {
      tell("save", patch, host.saved.person);
      Object.assign(host.saved, patch);
    },
    tell,
  };
  port.onmessage = ({ data }) => heard[data.t] && heard[data.t](data.d);
  return host;
}

/** Refused (by a browser that blocks third parties) is as good as missing: the work has not begun then. */
const alone = (channel) => (name, work) =>
  navigator.locks ? navigator.locks.request(`kefu:${channel}:${name}`, work).catch(work) : work();

async function greeted({ channel, origins, handlers }) {
  if (parent === window) return (await import("./alone.js")).standAlone(channel, handlers);
  return new Promise((resolve) => {
    addEventListener("message", function greeted(event) {
      const allowed = origins.includes("*") || origins.includes(event.origin);
      if (!allowed || event.source !== parent || !event.data || event.data.k !== "kefu:hello") return;
      removeEventListener("message", greeted);
      resolve(inside(event.ports[0], event.data, handlers));
    });
    parent.postMessage("kefu:ready", "*"); // says nothing; the answer is what is checked
  });
}

export async function connectHost(options) {
  return Object.assign(await greeted(options), { alone: alone(options.channel) });
}
