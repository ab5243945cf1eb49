/**
 * The site's listeners: kefu("on" | "off", event, listener) writes them.
 *
 *   emit(name, data)   calls those of an event, each in a task of its own
 */
export const listeners = {};

export function emit(name, data) {
  // Later, so that a mistake of the site's own code goes to its console and does not stop us.
  (listeners[name] || []).forEach((listener) => setTimeout(() => listener(data)));
}
