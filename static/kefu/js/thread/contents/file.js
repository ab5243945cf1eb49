/** Content of kind "file": a document with its name and size (contract in ../contents.js). */
import { h, icon } from "../../base/page.js";

export function fill(node, { file, text }, { size }) {
  const attributes = { class: "file", href: file.url, target: "_blank", rel: "noopener", download: file.name };
  const link = h("a", attributes, icon("file"), h("span", {}, file.name, h("small", {}, size(file.size))));
  node.replaceChildren(link, ...(text ? [h("span", { class: "caption" }, text)] : []));
}

export function swap(node, file, done) {
  node.querySelector("a")?.setAttribute("href", file.url);
  done();
}
