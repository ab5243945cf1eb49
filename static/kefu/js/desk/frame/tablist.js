/**
 * Tabs by the ARIA pattern: one stop of the Tab key, arrows choose, the panel follows.
 *
 *   const tabs = createTablist(box, { onSelect(id) });  tabs.select("queue"), tabs.selected
 */
export function createTablist(box, { onSelect = () => {} } = {}) {
  const tabs = [...box.querySelectorAll("[role=tab]")];
  const panelOf = (tab) => document.getElementById(tab.getAttribute("aria-controls"));
  let selected = panelOf(tabs[0]).id;

  function select(id, { focus = false } = {}) {
    selected = id;
    for (const tab of tabs) {
      const isSelected = panelOf(tab).id === id;
      tab.setAttribute("aria-selected", String(isSelected));
      tab.tabIndex = isSelected ? 0 : -1;
      panelOf(tab).hidden = !isSelected;
      if (isSelected && focus) tab.focus();
    }
    onSelect(id);
  }

  box.addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]");
    if (tab) select(panelOf(tab).id);
  });
  box.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const at = tabs.indexOf(document.activeElement);
    if (!step || at < 0 || event.altKey) return;
    event.preventDefault();
    select(panelOf(tabs[(at + step + tabs.length) % tabs.length]).id, { focus: true });
  });
  return {
    select,
    get selected() {
      return selected;
    },
  };
}
