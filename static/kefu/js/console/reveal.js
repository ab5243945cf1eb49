/**
 * The button beside a password field that shows what was typed, until it is sent. The server renders it hidden.
 *
 *   offerReveals(root)        root's eyes become visible; pages that swap fragments in call it again
 *   reveal(field, isShown)    shows or hides what a field holds
 */
const SELECTOR = "[data-reveal]";
const eyeOf = (field) => document.querySelector(`[data-reveal="${CSS.escape(field.id)}"]`);

export function offerReveals(root) {
  for (const eye of root.querySelectorAll(SELECTOR)) eye.hidden = false;
}

export function reveal(field, isShown) {
  field.type = isShown ? "text" : "password";
  eyeOf(field)?.setAttribute("aria-pressed", String(isShown));
}

document.addEventListener("click", (event) => {
  const eye = event.target.closest(SELECTOR);
  if (eye) reveal(document.getElementById(eye.dataset.reveal), eye.getAttribute("aria-pressed") === "false");
});

// Browsers keep what stood in a text field, and offer it to the next who types here.
document.addEventListener("submit", ({ target }) => {
  for (const eye of target.querySelectorAll(SELECTOR)) reveal(document.getElementById(eye.dataset.reveal), false);
}, true);

offerReveals(document);
