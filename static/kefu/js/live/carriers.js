/**
 * The carriers of a live connection without a socket: commands by POST, frames by a streamed answer or long polling.
 * carrier.js and commands.js load it when it is needed; `on` are the hooks of carrier.js.
 *
 *   post(url, headers, frame, Refusal)   → Promise of the answer to a command; rejects with a Refusal, or as fetch does
 *   stream(…, on), poll(…, on)           → { close() }
 */
const POST_WITHIN = 15_000;
const TRY_AGAIN_STATUS = [401, 408, 409, 425, 429];

function request(url, headers, body, signal) {
  return fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers() },
    body: JSON.stringify(body),
    signal,
  });
}

export async function post(url, headers, frame, Refusal) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), POST_WITHIN);
  try {
    return await answerOf(await request(url, headers, frame, abort.signal), Refusal);
  } finally {
    clearTimeout(timer);
  }
}

async function answerOf(response, Refusal) {
  if (response.status === 401) throw new Refusal("auth", "", false);
  if (response.status === 204) return { t: "ack" }; // a receipt has no answer
  const permanent = response.status >= 400 && response.status < 500 && !TRY_AGAIN_STATUS.includes(response.status);
  const frame = await response.json().catch(() => null); // a proxy's own page
  if (frame && (frame.t === "ack" || frame.t === "refused")) return frame;
  throw new Refusal((frame && frame.code) || `http_${response.status}`, frame && frame.text, permanent);
}

export function stream({ urls, headers, after }, on) {
  const abort = new AbortController();
  async function run() {
    const answer = await request(urls.stream, headers, { after: after() }, abort.signal);
    if (answer.status === 401) return on.reset("auth");
    if (answer.status === 400) return on.refused();
    if (!answer.ok) return on.down({ slow: answer.status === 429 });
    const reader = answer.body.getReader();
    const decoder = new TextDecoder();
    let text = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return on.down({});
      on.heard();
      text += decoder.decode(value, { stream: true });
      const lines = text.split("\n");
      text = lines.pop();
      for (const line of lines) if (line.startsWith("data:")) on.frame(JSON.parse(line.slice(5)));
    }
  }
  run().catch(() => on.down({})); // no network, or cut off in the middle
  return { close: () => abort.abort() };
}

export function poll({ urls, headers, after }, on) {
  const abort = new AbortController();
  async function run() {
    let stamp; // of the last digest: another one is news by itself
    for (let wait = 0; !abort.signal.aborted; wait = 25) { // the first answer at once: it says that we are online
      const answer = await request(urls.poll, headers, { after: after(), wait, stamp }, abort.signal);
      if (answer.status === 401) return on.reset("auth");
      if (answer.status === 400) return on.refused();
      if (!answer.ok) return on.down({ slow: answer.status === 429 });
      const { frames } = await answer.json();
      stamp = frames[0].stamp;
      on.ready();
      frames.forEach(on.frame);
    }
  }
  run().catch(() => on.down({}));
  return { close: () => abort.abort() };
}
