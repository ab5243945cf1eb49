/** The shop's own script: its buttons open the chat through the public commands, as any site may do. */
for (const button of document.querySelectorAll("[data-ask]")) {
  button.addEventListener("click", () => {
    if (button.dataset.ask) globalThis.kefu("message", button.dataset.ask);
    else globalThis.kefu("open");
  });
}
