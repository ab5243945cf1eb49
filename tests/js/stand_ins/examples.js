/**
 * The scripts of docs/adding.md.
 *
 *   addressOf(file)             an address from which the block that would stand in that file can be imported
 */
const ROOT = new URL("../../../", import.meta.url);
const PAGE = Deno.readTextFileSync(new URL("docs/adding.md", ROOT));

export function addressOf(file) {
  const code = PAGE.split(`\`\`\`js ${file}\n`)[1].split("\n```")[0];
  const whole = code.replace(/ from "(\..+?)"/g, (_, other) => ` from "${new URL(other, new URL(file, ROOT))}"`);
  return `data:text/javascript,${encodeURIComponent(whole)}`;
}
