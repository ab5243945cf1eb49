/**
 * Features that come when they are first used: a file with `install(desk)`, as one script with what it imports and the
 * page has not (core/web/scripts.py).
 *
 *   install(desk)                 before the features that have such a part
 *   const panel = desk.later(new URL("…/panel.js", import.meta.url));
 *   await panel()                 what its install(desk) gave, the same each time; null where it did not come. Then the
 *                                 agent reads so, and the next call asks for it again
 */
import { late } from "../../base/page.js";

export function install(desk) {
  desk.later = (url) => {
    let coming = null;

    async function bring() {
      try {
        return (await late(url)).install(desk);
      } catch (error) {
        coming = null;
        console.warn(error);
        desk.toast(desk.t("not_loaded"), { bad: true });
        return null;
      }
    }

    return () => coming ??= bring();
  };
}
