/** What the site listens to, with kefu("on" | "off", event, listener). */
export const listeners = {};

export function emit(name, data) {
  // Later, so that a mistake of the site's own code goes to its console and does not stop us.
  (listeners[name] || []).forEach((listener) => setTimeout(() => listener(data)));
}
