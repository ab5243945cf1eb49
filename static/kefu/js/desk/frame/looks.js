/**
 * How close the rows of lists stand and how large texts are: as `data-density` and `data-size` of the page.
 *
 *   install(desk)                 after the preferences; their buttons in the account menu
 */
const LOOKS = ["density", "size"];

export function install({ preferences }) {
  const buttons = [...document.querySelectorAll("[data-preference]")];

  function show() {
    for (const name of LOOKS) document.body.dataset[name] = preferences.get(name);
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(preferences.get(button.dataset.preference) === button.value));
    }
  }

  for (const button of buttons) {
    button.addEventListener("click", () => preferences.set(button.dataset.preference, button.value));
  }
  preferences.onChange(show);
  show();
}
