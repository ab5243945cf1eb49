/** The style guide's buttons that show a toast of each kind. */
import { toast } from "../console/console.js";

for (const button of document.querySelectorAll("[data-toast]")) {
  const { toast: level, words } = button.dataset;
  button.addEventListener("click", () => toast({ text: words, level, retry: level === "bad" ? () => {} : null }));
}
