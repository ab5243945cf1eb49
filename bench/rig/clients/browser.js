/**
 * What live.js and outbox.js find in a page, for many pages in one process: events of the window, and requests that
 * carry the cookies of the page that makes them. Import it before anything of the product.
 *
 *   createPage(cookies)       → { name, address(url), headers } of one page; `cookies` as the Cookie header has them
 *   createStorage()           one page's localStorage, which outlives a reload of the page
 *   inTab(tab, make)          calls make() with the sessionStorage of that tab (a Map), which all pages share here
 *
 * A WebSocket cannot be given headers by a page, so the page's name travels in its address and is taken out here.
 */
const PAGE = "bench-page";
const pages = new Map();

export function createPage(cookies = "") {
  const name = `${pages.size + 1}`;
  pages.set(name, cookies);
  return {
    name,
    address: (url) => `${url}?${PAGE}=${name}`,
    headers: cookies ? { Cookie: cookies } : {},
  };
}

export function createStorage() {
  const values = new Map();
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => values.set(key, value),
    removeItem: (key) => values.delete(key),
  };
}

export function inTab(tab, make) {
  sessionStorage.clear();
  tab.forEach((value, key) => sessionStorage.setItem(key, value));
  return make();
}

const NativeSocket = globalThis.WebSocket;

class PageSocket extends NativeSocket {
  constructor(url, protocol) {
    const address = new URL(url);
    const cookies = pages.get(address.searchParams.get(PAGE)) || "";
    address.searchParams.delete(PAGE);
    const headers = { Origin: location.origin, ...(cookies && { Cookie: cookies }) };
    super(address, { protocols: [protocol], headers });
  }
}

Object.assign(globalThis, {
  window: globalThis,
  document: Object.assign(new EventTarget(), { hidden: false }),
  WebSocket: PageSocket,
});
