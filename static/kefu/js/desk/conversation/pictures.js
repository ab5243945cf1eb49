/**
 * Opens the pictures of the thread over the desk (viewer.js) instead of in a tab of their own, which is left to those who
 * ask the browser for one (Ctrl, middle button, its own menu).
 *
 *   install(desk)                 after the pane
 */
export function install(desk) {
  const { log, thread } = desk.pane, viewer = desk.later(new URL("./viewer.js", import.meta.url));
  let viewing = null, opened = [];

  /** Those of the whole thread, as far as it is loaded, also where they are not in the page at the moment. */
  const pictures = () =>
    thread.list.rows.map(({ message }) => message)
      .filter((message) => message?.kind === "image" && message.file && !message.recalled);

  log.addEventListener("click", async (event) => {
    const link = event.target.closest("a.picture");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const row = thread.list.shown().find(({ node }) => node.contains(link)), all = opened = pictures();
    const shown = all.map(({ file }) => ({ src: file.url, name: file.name }));
    viewing = await viewer();
    viewing?.show(shown, Math.max(0, all.indexOf(row?.message)));
  });

  desk.on("message", ({ conversation, n, recalled }) => {
    const one = recalled && opened.find((each) => each.conversation === conversation && each.n === n);
    if (one) viewing?.leave(one.file.url);
  });
}
