/**
 * Preferences of an agent, kept in this browser by agent; all windows follow a change.
 *
 *   const preferences = createPreferences(agentId);
 *   preferences.get(name), set(name, value), onChange(callback(name, value))
 *   install(desk)                 desk.preferences
 */
import { local, readJson, writeJson } from "../../base/page.js";

const DEFAULTS = {
  sort: "waiting",
  filters: {},
  filterNames: {}, // of what is set: it may have no row any more that says how it is called
  sound: true,
  volume: 60,
  repeat: false,
  notifications: false,
  sendKey: "enter",
  shortcuts: true,
  density: "compact",
  size: "normal",
  queueFilter: { channel: "", group: "", longer: "", known: "" },
  tools: {},
  panel: true,
  widths: {},
};

export function createPreferences(agentId) {
  const key = `kefu.desk.${agentId}`;
  const listeners = [];
  let values = { ...DEFAULTS, ...readJson(local, key, {}) };

  addEventListener("storage", (event) => {
    if (event.key !== key) return;
    const before = values;
    values = { ...DEFAULTS, ...readJson(local, key, {}) };
    for (const name of Object.keys(values)) if (values[name] !== before[name]) tell(name);
  });

  function tell(name) {
    for (const listener of listeners) listener(name, values[name]);
  }

  return {
    get: (name) => values[name],
    set(name, value) {
      values = { ...values, [name]: value };
      writeJson(local, key, values);
      tell(name);
    },
    onChange: (listener) => listeners.push(listener),
  };
}

export function install(desk) {
  desk.preferences = createPreferences(desk.agentId);
}
