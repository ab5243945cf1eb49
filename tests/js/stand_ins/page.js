/**
 * As much of a browser's page as the desk's features need: a tree of elements without sizes, read from the templates that
 * the server renders. Texts are the English ones, a loop of a template stands once.
 *
 *   const page = openPage("workbench/desk/desk.html")    the globals `document`, `location` … are its own from then on
 *   page.$(selector), page.all(selector)
 *   page.click(selector | node), page.type(selector, text), page.press(node, "Enter", { ctrlKey })
 *   page.frames()                                        what waits for the next frame happens
 */
const TEMPLATES = new URL("../../../templates/", import.meta.url);

/** Deno's own would be kept from one run to the next. Modules look for it when they are loaded: import this one first. */
class Storage {
  getItem(name) {
    return Object.hasOwn(this, name) ? this[name] : null;
  }
  setItem(name, value) {
    this[name] = String(value);
  }
  removeItem(name) {
    delete this[name];
  }
}
for (const name of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(globalThis, name, { value: new Storage(), configurable: true });
}

/** Own properties are kept as they were set. */
function styles() {
  return Object.defineProperty({}, "setProperty", {
    value(name, value) {
      this[name] = value;
    },
  });
}

const EMPTY = new Set(["input", "img", "link", "meta", "br"]);

const FLAGS = { hidden: false, disabled: false, checked: false, open: false };
const WORDS = {
  name: "name",
  href: "href",
  id: "id",
  type: "type",
  title: "title",
  className: "class",
  ariaCurrent: "aria-current",
};

class Node {
  constructor(tag) {
    Object.assign(this, { tag, attributes: new Map(), childNodes: [], parentNode: null, listeners: new Map() });
    Object.assign(this, {
      style: styles(),
      scrollTop: 0,
      scrollHeight: 1000,
      clientHeight: 100,
      tabIndex: 0,
      selection: 0,
    });
    this.classList = {
      contains: (name) => this.classes.includes(name),
      add: (name) => this.classList.toggle(name, true),
      remove: (name) => this.classList.toggle(name, false),
      toggle: (name, on = !this.classes.includes(name)) => {
        const others = this.classes.filter((one) => one !== name);
        this.setAttribute("class", [...others, ...(on ? [name] : [])].join(" "));
      },
    };
    this.dataset = new Proxy(this, {
      get: (_, name) => this.getAttribute(dashed(name)) ?? undefined,
      set: (_, name, value) => (this.setAttribute(dashed(name), value), true),
    });
  }
  get classes() {
    return (this.attributes.get("class") ?? "").split(/\s+/).filter(Boolean);
  }
  get value() {
    return this.written ?? this.attributes.get("value") ?? "";
  }
  set value(text) {
    this.written = text ?? "";
  }
  get hash() {
    return (this.href ?? "").replace(/^[^#]*/, "");
  }
  get children() {
    return this.childNodes.filter((kid) => kid instanceof Node);
  }
  /** Of a form: in order, and by name. */
  get elements() {
    const found = this.querySelectorAll("input, select, textarea, button");
    return Object.assign(found, Object.fromEntries(found.map((one) => [one.getAttribute("name"), one])));
  }
  get rows() {
    return this.children;
  }
  get childElementCount() {
    return this.children.length;
  }
  get firstChild() {
    return this.childNodes[0] ?? null;
  }
  get firstElementChild() {
    return this.children[0] ?? null;
  }
  get lastElementChild() {
    return this.children.at(-1) ?? null;
  }
  get parentElement() {
    return this.parentNode;
  }
  get nextElementSibling() {
    const around = this.parentNode?.children ?? [];
    return around[around.indexOf(this) + 1] ?? null;
  }
  get isConnected() {
    return this === document.documentElement || Boolean(this.parentNode?.isConnected);
  }
  get content() {
    return Object.assign(new Node("#fragment"), { childNodes: this.childNodes });
  }
  get textContent() {
    return this.childNodes.map((kid) => kid.textContent ?? kid).join("");
  }
  set textContent(text) {
    this.replaceChildren(...(text === "" ? [] : [String(text)]));
  }
  append(...kids) {
    for (const kid of kids) this.insertBefore(kid, null);
  }
  appendChild(kid) {
    this.append(kid);
    return kid;
  }
  attachShadow() {
    const root = new Node("#shadow");
    root.parentNode = this;
    this.shadowRoot = root;
    return root;
  }
  prepend(kid) {
    this.insertBefore(kid, this.firstChild);
  }
  after(kid) {
    this.parentNode?.insertBefore(kid, this.nextElementSibling);
  }
  replaceChildren(...kids) {
    for (const kid of this.children) kid.parentNode = null;
    this.childNodes = [];
    this.append(...kids);
  }
  insertBefore(kid, next) {
    if (kid?.tag === "#fragment") return kid.childNodes.slice().forEach((one) => this.insertBefore(one, next));
    if (kid instanceof Node) {
      kid.remove();
      kid.parentNode = this;
    }
    this.childNodes.splice(next ? this.childNodes.indexOf(next) : this.childNodes.length, 0, kid);
  }
  remove() {
    if (!this.parentNode) return;
    this.parentNode.childNodes = this.parentNode.childNodes.filter((kid) => kid !== this);
    this.parentNode = null;
  }
  cloneNode() {
    const copy = new Node(this.tag);
    for (const [name, value] of this.attributes) copy.setAttribute(name, value);
    for (const kid of this.childNodes) copy.append(kid instanceof Node ? kid.cloneNode() : kid);
    return copy;
  }
  contains(other) {
    return Boolean(other) && (other === this || this.contains(other.parentNode));
  }
  setAttribute(name, value) {
    this.attributes.set(name, String(value));
  }
  getAttribute(name) {
    return this.attributes.get(name) ?? null;
  }
  hasAttribute(name) {
    return this.attributes.has(name);
  }
  toggleAttribute(name, on) {
    if (on) this.setAttribute(name, "");
    else this.removeAttribute(name);
  }
  removeAttribute(name) {
    this.attributes.delete(name);
  }
  matches(selector) {
    return selector.split(/,\s*/).some((one) => reaches(this, one.trim().split(/\s+(?![^[]*\])/)));
  }
  closest(selector) {
    return this.matches(selector) ? this : this.parentNode?.closest(selector) ?? null;
  }
  *inside() {
    for (const kid of this.children) {
      yield kid;
      if (kid.tag !== "template") yield* kid.inside();
    }
  }
  querySelectorAll(selector) {
    return [...this.inside()].filter((node) => node.matches(selector));
  }
  querySelector(selector) {
    for (const node of this.inside()) if (node.matches(selector)) return node;
    return null;
  }
  addEventListener(name, listener, { once = false } = {}) {
    const heard = once ? (event) => (this.removeEventListener(name, heard), listener(event)) : listener;
    this.listeners.set(name, [...this.listeners.get(name) ?? [], heard]);
  }
  removeEventListener(name, listener) {
    this.listeners.set(name, this.listeners.get(name).filter((one) => one !== listener));
  }
  dispatchEvent({ type }) {
    return fire(this, type);
  }
  focus() {
    if (document.activeElement === this || this.disabled) return;
    document.activeElement = this;
    fire(this, "focusin");
  }
  click() {
    fire(this, "click");
    const submits = this.tag === "button" && this.type !== "button";
    if (submits && !this.disabled && this.closest("form")) this.closest("form").requestSubmit();
  }
  requestSubmit() {
    fire(this, "submit");
  }
  select() {}

  showModal() {
    this.open = true;
  }
  close() {
    this.open = false;
    fire(this, "close");
  }
  setRangeText(text) {
    this.value += text;
  }
  scrollIntoView() {}
  getBoundingClientRect() {
    return { top: 0, bottom: 0 };
  }
}

for (const [name, attribute] of Object.entries(WORDS)) {
  Object.defineProperty(Node.prototype, name, {
    get() {
      return this.getAttribute(attribute) ?? (name === "className" ? "" : undefined);
    },
    set(value) {
      this.setAttribute(attribute, value);
    },
  });
}
for (const name of Object.keys(FLAGS)) {
  Object.defineProperty(Node.prototype, name, {
    get() {
      return this.attributes.has(name);
    },
    set(on) {
      if (on) this.setAttribute(name, "");
      else this.removeAttribute(name);
    },
  });
}

const dashed = (name) => `data-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** One compound like `button.a[b="c"]:not(#d):checked`. */
function fits(node, compound) {
  const part = /#([\w-]+)|\.([\w-]+)|\[([\w-]+)(?:=["']?([^"'\]]*)["']?)?\]|:not\(([^)]*)\)|:(\w+)|^([\w-]+)/g;
  for (const [, id, name, attribute, value, not, state, tag] of compound.matchAll(part)) {
    if (id && node.id !== id) return false;
    if (name && !node.classes.includes(name)) return false;
    if (attribute && !(value === undefined ? node.attributes.has(attribute) : has(node, attribute, value))) {
      return false;
    }
    if (not && fits(node, not)) return false;
    if (state && !({ enabled: !node.disabled, checked: node.checked })[state]) return false;
    if (tag && node.tag !== tag) return false;
  }
  return true;
}

function has(node, attribute, value) {
  return (attribute === "value" ? node.value : node.getAttribute(attribute)) === value;
}

function reaches(node, steps) {
  if (!fits(node, steps.at(-1))) return false;
  const above = steps.slice(0, -1);
  if (!above.length) return true;
  for (let one = node.parentNode; one; one = one.parentNode) if (reaches(one, above)) return true;
  return false;
}

/** Up through the tree, and to the document in the end. */
function fire(target, type, more = {}) {
  let stopped = false;
  const event = {
    type,
    target,
    defaultPrevented: false,
    preventDefault: () => (event.defaultPrevented = true),
    stopPropagation: () => (stopped = true),
    ...more,
  };
  const bubbles = !["close", "toggle", "pointerenter", "pointerleave"].includes(type);
  for (let node = target; node && !stopped; node = bubbles ? node.parentNode : null) {
    event.currentTarget = node;
    for (const listener of node.listeners.get(type) ?? []) listener(event);
    if (node === document.documentElement && bubbles && !stopped) {
      for (const listener of document.listeners.get(type) ?? []) listener(event);
    }
  }
  return event;
}

function sourceOf(name) {
  const text = Deno.readTextFileSync(new URL(name, TEMPLATES));
  return text.replace(/{% include "([^"]+)"[^%]*%}/g, (_, other) => sourceOf(other))
    .replace(/{% heroicon_[^%]*%}/g, "<svg></svg>").replace(/{% translate "([^"]*)"[^%]*%}/g, "$1")
    .replace(/{%[^%]*%}|{#.*?#}|{{[^}]*}}/gs, "");
}

function parse(source, root) {
  let at = root;
  const token = /<(\/?)([a-z][\w-]*)((?:\s+[\w:-]+(?:="[^"]*"|='[^']*')?)*)\s*\/?>|([^<]+)/g;
  for (const [, closing, tag, attributes, text] of source.matchAll(token)) {
    if (text) {
      if (text.trim()) at.append(text.trim());
    } else if (closing) at = at.tag === tag ? at.parentNode : at;
    else {
      const node = new Node(tag);
      for (const [, name, one, other] of attributes.matchAll(/([\w:-]+)(?:="([^"]*)"|='([^']*)')?/g)) {
        node.setAttribute(name, one ?? other ?? "");
      }
      at.append(node);
      if (!EMPTY.has(tag)) at = node;
    }
  }
}

export function openPage(template) {
  for (const name of Object.keys(localStorage)) localStorage.removeItem(name);
  const documentElement = new Node("html"), body = new Node("body"), waiting = [];
  documentElement.append(body);
  const listenable = () => {
    const { addEventListener, removeEventListener, dispatchEvent, listeners } = new Node("#page");
    return { listeners, addEventListener, removeEventListener, dispatchEvent };
  };
  const document = {
    ...listenable(),
    documentElement,
    body,
    activeElement: body,
    title: "Workbench",
    hidden: false,
    hasFocus: () => true,
    querySelector: (selector) => documentElement.querySelector(selector),
    querySelectorAll: (selector) => documentElement.querySelectorAll(selector),
    getElementById: (id) => documentElement.querySelector(`#${id}`),
    createElement: (tag) => new Node(tag),
    createElementNS: (_, tag) => new Node(tag),
    createDocumentFragment: () => new Node("#fragment"),
  };
  const location = { hash: "", pathname: "/desk/" };
  const window = listenable();
  Object.assign(globalThis, {
    document,
    window,
    addEventListener: (name, listener) => window.addEventListener(name, listener),
    matchMedia: () => ({ matches: false, addEventListener() {} }),
    requestAnimationFrame: (act) => waiting.push(act),
    cancelAnimationFrame() {},
    ResizeObserver: class {
      observe() {}
    },
    MutationObserver: class {
      observe() {}
    },
    CSS: { escape: (text) => text },
    history: { replaceState: (_state, _title, address) => (location.hash = address.replace(/^[^#]*/, "")) },
  });
  Object.defineProperty(globalThis, "location", { value: location, configurable: true, writable: true });
  parse(sourceOf(template), body);
  const find = (node) => typeof node === "string" ? body.querySelector(node) : node;
  return {
    $: (selector) => body.querySelector(selector),
    all: (selector) => body.querySelectorAll(selector),
    click: (node) => find(node).click(),
    fire: (node, type, more) => fire(find(node), type, more),
    type(node, text) {
      find(node).value = text;
      fire(find(node), "input");
    },
    press: (node, key, more = {}) => fire(find(node), "keydown", { key, code: key, timeStamp: 1e6, ...more }),
    /** The address changed, by a link or by the back key. */
    goTo(hash) {
      location.hash = hash;
      for (const listener of window.listeners.get("hashchange") ?? []) listener({});
    },
    frames() {
      for (const act of waiting.splice(0)) act();
    },
  };
}
