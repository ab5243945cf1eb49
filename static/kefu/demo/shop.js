/** The demo shop's script: its buttons open the chat, by the loader's public commands alone. */
for (const button of document.querySelectorAll("[data-ask]")) {
  button.addEventListener("click", () => {
    if (button.dataset.ask) globalThis.kefu("message", button.dataset.ask);
    else globalThis.kefu("open");
  });
}
