/**
 * Storage that never throws, and ids that need no secure page.
 *
 *   local, session              getItem / setItem / removeItem; in memory where the browser refuses storage
 *                               (then `durable` is false)
 *   readJson(area, key, other)  the stored value, or `other`
 *   writeJson(area, key, value) stores it; null removes it
 *   newId()                     a random UUID, also on plain HTTP where crypto.randomUUID is missing
 *
 * Browsers that block third-party data throw on any access to storage inside a cross-site frame.
 */
function open(name) {
  const memory = new Map();
  let real = null;
  try {
    real = globalThis[name];
    real.getItem("kefu");
  } catch {
    real = null; // refused: this page lives from memory
  }
  return {
    durable: Boolean(real),
    getItem: (key) => memory.has(key) ? memory.get(key) : real ? real.getItem(key) : null,
    setItem(key, value) {
      try {
        real.setItem(key, value);
        memory.delete(key);
      } catch {
        memory.set(key, value); // refused or full
      }
    },
    removeItem(key) {
      memory.delete(key);
      if (real) real.removeItem(key);
    },
  };
}

export const local = open("localStorage");
export const session = open("sessionStorage");

export function readJson(area, key, other = null) {
  try {
    return JSON.parse(area.getItem(key)) ?? other;
  } catch {
    return other; // somebody else's value under our key
  }
}

export function writeJson(area, key, value) {
  if (value === null) area.removeItem(key);
  else area.setItem(key, JSON.stringify(value));
}

export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
