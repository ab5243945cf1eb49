/**
 * The English texts of the desk and of the chat, as their pages have them.
 *
 *   deskTexts(), chatTexts()     createTexts() over them
 */
import { createTexts } from "../../../static/kefu/js/base/page.js";

const ROOT = new URL("../../../", import.meta.url);
const read = (file) => Deno.readTextFileSync(new URL(file, ROOT));
const pairs = (source) =>
  [...source.matchAll(/"(\w+)": _\(\s*"((?:[^"\\]|\\.)*)",?\s*\)/g)].map(([, key, text]) => [key, text]);
const [OF_AGENTS, OF_VISITORS] = read("conversations/timeline/wording.py").split("FOR_VISITORS:");
const lines = (source) => pairs(source).map(([key, text]) => [`line_${key}`, text]);

const texts = (file, sentences) =>
  createTexts(Object.fromEntries([
    ...pairs(read("conversations/timeline/texts.py")),
    ...pairs(read(file)),
    ...lines(sentences),
  ]));

export const deskTexts = () => texts("workbench/desk/texts.py", OF_AGENTS);
export const chatTexts = () => texts("widget/chat/texts.py", OF_VISITORS);
