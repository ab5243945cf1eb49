/**
 * Brings the company's tool panels (tool_panels.js) with the first conversation that is opened, where it has any.
 *
 *   install(desk)                after the panel
 */
export function install(desk) {
  const panels = desk.later(new URL("./tool_panels.js", import.meta.url));

  async function show(conversation) {
    (await panels())?.show(conversation);
  }

  if (desk.config.origins?.length) desk.on("opened", show);
}
