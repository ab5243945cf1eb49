/** Entry of the style guide: its buttons show a toast of each level. */
import { toast } from "../console/console.js";

for (const button of document.querySelectorAll("[data-toast]")) {
  const { toast: level, words } = button.dataset;
  button.addEventListener("click", () => toast({ text: words, level, retry: level === "bad" ? () => {} : null }));
}
