/**
 * A dialog with a question that is answered by yes or no.
 *
 *   const asks = createQuestion(dialog, textNode);
 *   asks(text)   → Promise<boolean>; closing it is no, and so is a second question while the first is open
 */
export function createQuestion(dialog, textNode) {
  return (text) => {
    if (dialog.open) return Promise.resolve(false);
    textNode.textContent = text;
    dialog.returnValue = "";
    dialog.showModal();
    return new Promise((resolve) =>
      dialog.addEventListener("close", () => resolve(dialog.returnValue !== ""), { once: true })
    );
  };
}
