import assert from "node:assert/strict";
import { createServer } from "../../../static/kefu/js/desk/server.js";

function server(answer) {
  const fields = [{ value: "old" }, { value: "old" }];
  globalThis.fetch = () => answer();
  const made = createServer({
    urls: { session: "/session/" },
    csrf: "old",
    onSignedOut: () => fields.push("signed out"),
    fields: () => fields,
  });
  return { made, fields };
}

Deno.test("who signed in again in another window goes on, with the secret of the new session", async () => {
  const { made, fields } = server(() => Promise.resolve(Response.json({ agent: "bob", token: "new" })));
  assert.equal(await made.stillSignedIn("bob"), true);
  assert.deepEqual(made.headers(), { "X-CSRFToken": "new" });
  assert.deepEqual(fields, [{ value: "new" }, { value: "new" }]);
});

Deno.test("somebody else, nobody, or a server that is away is no reason to go on", async () => {
  for (const agent of ["alice", ""]) {
    const { made } = server(() => Promise.resolve(Response.json({ agent, token: "new" })));
    assert.equal(await made.stillSignedIn("bob"), false);
    assert.deepEqual(made.headers(), { "X-CSRFToken": "old" });
  }
  const { made } = server(() => Promise.reject(new TypeError("away")));
  assert.equal(await made.stillSignedIn("bob"), false);
});
