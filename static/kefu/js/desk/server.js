/**
 * The desk's plain HTTP requests: the state, pages of messages, and a last command of a page that is closing.
 *
 *   const server = createServer({ urls, csrf, onSignedOut() });
 *   server.state(), server.queue(), server.stars(), server.colleagues(), server.groups()
 *   server.contacts("recent" | "starred", before)
 *   server.mentions(), server.readers(conversation)     the notes that name me; whom a note there may name
 *   server.customer(conversation) the nodes of the panel beside it
 *   server.tools(conversation), server.tool(conversation, id)     the tool panels beside it; the address of one
 *   server.lastWord(frame), server.headers()
 *   server.page(conversation, before | null)      of messages; server.pageAt(conversation, { around | after | since })
 *   server.search(words, after | null)   contacts, conversations and messages; a refusal has its `text`
 *   server.stillSignedIn(agentId)   // Promise: the same agent, in a session that began meanwhile; requests go on with it
 */
import { newId } from "../base/page.js";

const FIELD = "csrfmiddlewaretoken";

export function createServer({ urls, csrf, onSignedOut, fields = () => document.getElementsByName(FIELD) }) {
  const headers = () => ({ "X-CSRFToken": csrf });

  async function ask(url) {
    const answer = await fetch(url);
    if (answer.status === 401) onSignedOut();
    if (!answer.ok) throw Object.assign(new Error(`${answer.status} for ${url}`), await refusalOf(answer));
    return answer;
  }

  const get = async (url) => (await ask(url)).json();

  /** Rendered by the server; parsed apart from the page, where nothing of it runs. */
  async function customer(conversation) {
    const answer = await ask(urls.customer.replace("ID", encodeURIComponent(conversation)));
    return [...new DOMParser().parseFromString(await answer.text(), "text/html").body.childNodes];
  }

  function pageAt(conversation, place) {
    const url = urls.messages.replace("ID", encodeURIComponent(conversation)),
      query = String(new URLSearchParams(place));
    return get(query ? `${url}?${query}` : url);
  }

  /** What the server says of it, where it is the server that answers. */
  async function refusalOf(answer) {
    const { status } = answer;
    try {
      return { ...await answer.json(), status };
    } catch {
      return { status };
    }
  }

  return {
    headers,
    /** Signing in again, in whichever window, ends the session that was there, and changes the secret of forms. */
    async stillSignedIn(agentId) {
      try {
        const { agent, token } = await get(urls.session);
        if (agent !== agentId) return false;
        csrf = token;
        for (const field of fields()) field.value = token;
        return true;
      } catch (error) {
        console.warn("who is signed in could not be asked", error);
        return false;
      }
    },
    state: () => get(urls.state),
    customer,
    queue: () => get(urls.queue),
    stars: () => get(urls.stars),
    colleagues: () => get(urls.colleagues),
    groups: () => get(urls.groups),
    contacts: (list, before) => get(before ? `${urls[list]}?before=${encodeURIComponent(before)}` : urls[list]),
    mentions: () => get(urls.mentions),
    readers: (conversation) => get(urls.readers.replace("ID", encodeURIComponent(conversation))),
    tools: (conversation) => get(urls.tools.replace("ID", encodeURIComponent(conversation))),
    tool: (conversation, id) => get(urls.tool.replace("ID", encodeURIComponent(conversation)).replace("TOOL", id)),
    page: (conversation, before) => pageAt(conversation, before === null ? {} : { before }),
    pageAt,
    search(words, after) {
      const query = new URLSearchParams({ q: words });
      if (after !== null) query.set("after", after);
      return get(`${urls.search}?${query}`);
    },
    /** keepalive: the browser finishes it although the page is gone. */
    lastWord(frame) {
      fetch(urls.command, {
        method: "POST",
        keepalive: true,
        headers: { "Content-Type": "application/json", ...headers() },
        body: JSON.stringify({ id: newId(), ...frame }),
      }).catch((error) => console.warn("the page closed before the server heard", frame.t, error));
    },
  };
}
