/**
 * Draws what messages say, by kind. Each kind has a module in contents/, named after it, which is loaded with its first
 * message. Until it is there, and of kinds that this page does not know, the words stand in the bubble, or the file.
 *
 *   createContents({ contents, t, formats, onGrown }) → {
 *     contentOf(message),               // the node in the bubble
 *     useStored(row),                   // what was uploaded is at the server now
 *     letGo(row),                       // of the file that it holds
 *   }
 *   contents: kind → address of its module (`config.contents`)
 *
 * A module imports no more than ../../base/page.js, and exports
 *   fill(node, message, { t, size, onGrown })   // what the message says takes the place of its words in the node
 *   swap(node, file, done)              // of a kind with files: the stored one takes the place of the chosen one as soon as
 *                                       // it is there, so that nothing flickers; then done()
 */
import { h, insist } from "../base/page.js";

const ADDRESS = /https?:|www\.|\d{4}/i; // contents/text.js looks closer

const modules = {}; // kind → module, once it came

export function createContents({ contents = {}, t, formats, onGrown }) {
  const known = ({ kind, file }) => contents[kind] ? kind : file ? "file" : "text";

  function contentOf(message) {
    const { text, file } = message, node = h("p", { dir: "auto" }, text || (file && file.name)), kind = known(message);
    if (kind !== "text" || ADDRESS.test(text)) {
      withModule(kind, ({ fill }) => fill(node, message, { t, size: formats.size, onGrown }));
    }
    return node;
  }

  /** At once where it is there, so that nothing jumps. What it cannot show, of a newer server, keeps its words. */
  function withModule(kind, work) {
    const attempt = () => {
      try {
        work(modules[kind]);
      } catch (error) {
        console.warn(kind, error);
      }
    };
    if (modules[kind]) return attempt();
    if (!contents[kind]) return;
    insist({ href: contents[kind] }).then((module) => {
      modules[kind] = module;
      attempt();
      onGrown();
    });
  }

  /** The browser holds a chosen file in memory until its address is given back. */
  function letGo(row) {
    if (row.local) URL.revokeObjectURL(row.local);
    row.local = null;
  }

  function useStored(row) {
    const { message, body } = row;
    if (!row.local || !message.file || !body) return letGo(row);
    withModule(known(message), ({ swap }) => swap(body, message.file, () => letGo(row)));
  }

  return { contentOf, useStored, letGo };
}
