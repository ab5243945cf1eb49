import assert from "node:assert/strict";
import { dave, openDesk, settled } from "../../stand_ins/desk.js";

/** bob writes a private note; Dave may read the conversation. */
function noting() {
  const { desk, page, sent } = openDesk(), asked = [];
  desk.server.readers = (id) => {
    asked.push(id);
    return Promise.resolve({ readers: [dave] });
  };
  page.goTo("#c-one");
  page.click("#note-toggle");
  page.$("#reply").focus();
  const save = async (text) => {
    page.type("#reply", text);
    await settled();
    page.$("#composer").requestSubmit();
    await settled();
    return sent.findLast(({ t }) => t === "message.post");
  };
  return { desk, page, asked, save };
}

Deno.test("a name is meant also where the text was pasted as a whole", async () => {
  const { asked, save } = noting();
  assert.deepEqual((await save("请 @Dave 看一下")).mentions, ["dave"]);
  assert.deepEqual(asked, ["one"]);
});

Deno.test("after a refusal it is asked anew who may read the conversation", async () => {
  const { desk, page, asked, save } = noting();
  desk.answers["message.post"] = () => {
    throw Object.assign(new Error("not any more"), { code: "not_mentionable", text: "Not any more", permanent: true });
  };
  await save("@Dave look");
  page.click("#note-toggle");
  await save("@Dave again");
  assert.deepEqual(asked, ["one", "one"]);
});
