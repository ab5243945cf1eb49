/**
 * The company's own tool panels under the customer: pages in sandboxed frames that can reach nothing of the desk. Which
 * one is open is remembered; a frame is made when its panel is opened, with an address that is valid for minutes.
 *
 *   const panels = install(desk);  panels.show(conversation)
 */
import { $, empty, h } from "../../base/page.js";

/** Without allow-same-origin and allow-top-navigation: a page of nowhere, which cannot lead the desk away. */
const SANDBOX = "allow-scripts allow-forms allow-popups";

export function install(desk) {
  const { config, preferences, server, t } = desk, box = $("#tool-panels");
  const { origins = [] } = config;
  let shown = null;

  const opened = (id) => preferences.get("tools")[id] === true;
  const remember = (id, isOpen) => preferences.set("tools", { ...preferences.get("tools"), [id]: isOpen });

  async function show(conversation) {
    shown = conversation;
    empty(box);
    if (!conversation) return;
    try {
      const { tools } = await server.tools(conversation);
      if (shown === conversation) box.replaceChildren(...tools.map((tool) => section(conversation, tool)));
    } catch (error) {
      console.warn("the tool panels could not be asked for", error);
      const told = failed(t("tools_failed"), () => show(conversation));
      if (shown === conversation) box.replaceChildren(h("div", { class: "tool-body" }, ...told));
    }
  }

  function section(conversation, tool) {
    const body = h("div", { class: "tool-body" });
    const node = h("details", { class: "tool-panel" }, h("summary", {}, tool.name), body);
    node.addEventListener("toggle", () => {
      if (opened(tool.id) !== node.open) remember(tool.id, node.open);
      if (node.open && !body.firstChild) load(conversation, tool, body);
      if (!node.open) empty(body);
    });
    node.open = opened(tool.id);
    return node;
  }

  /** A page that was opened before the panel was made may not show it (its policy names the origins). */
  async function load(conversation, tool, body) {
    if (!origins.includes(tool.origin)) return body.replaceChildren(h("p", { class: "hint" }, t("tool_reload")));
    try {
      const { url } = await server.tool(conversation, tool.id);
      if (shown === conversation) body.replaceChildren(frame(tool, url));
    } catch {
      body.replaceChildren(...failed(t("tool_failed"), () => load(conversation, tool, body)));
    }
  }

  const failed = (text, again) => [
    h("p", { class: "hint" }, text),
    h("button", { type: "button", class: "button button-dense", onclick: again }, t("tool_again")),
  ];

  function frame({ name, height }, url) {
    const node = h("iframe", { class: "tool-frame", title: name, sandbox: SANDBOX, referrerpolicy: "no-referrer" });
    node.style.setProperty("block-size", `${height}px`);
    node.src = url;
    return node;
  }

  return { show };
}
