/**
 * Holds messages and lines of conversations as far as this page has loaded them, as plain data: a conversation that is
 * opened again shows at once.
 *
 *   const transcripts = createTranscripts({ fetchPage(conversation, before) → Promise<{messages, lines, more}> });
 *   transcripts.load(id)          → Promise<{messages, lines, more}>; from memory where the beginning is known
 *   transcripts.older(id, n)      → the page before message n
 *   transcripts.message(message), transcripts.line(line)    what a frame brought
 *   transcripts.forget(id)        load() asks the server again
 *   install(desk)                 desk.transcripts
 */
const AT_MOST = 30;

export function createTranscripts({ fetchPage }) {
  const known = new Map();

  const view = ({ messages, lines, more }) => ({
    messages: [...messages.values()].sort((one, other) => one.n - other.n),
    lines: [...lines.values()],
    more,
  });

  function merge(transcript, page) {
    for (const message of page.messages) transcript.messages.set(message.n, message);
    for (const line of page.lines ?? []) transcript.lines.set(line.seq, line);
    transcript.more = page.more;
  }

  /** The last used ones stay; the others are loaded again when somebody opens them. */
  function remember(id, transcript) {
    known.delete(id);
    known.set(id, transcript);
    while (known.size > AT_MOST) known.delete(known.keys().next().value);
  }

  async function load(id) {
    if (known.has(id)) {
      remember(id, known.get(id));
      if (known.get(id).loaded) return view(known.get(id));
    }
    const transcript = { messages: new Map(), lines: new Map(), more: false, loaded: false };
    remember(id, transcript); // what arrives while we ask is kept, too
    try {
      const page = await fetchPage(id, null);
      const fresh = [...transcript.messages.values()];
      merge(transcript, page);
      for (const message of fresh) transcript.messages.set(message.n, message);
      transcript.loaded = true;
      return view(transcript);
    } catch (error) {
      known.delete(id);
      throw error;
    }
  }

  return {
    load,
    async older(id, before) {
      const page = await fetchPage(id, before);
      if (known.has(id)) merge(known.get(id), page);
      return { lines: [], ...page };
    },
    message(message) {
      known.get(message.conversation)?.messages.set(message.n, message);
    },
    line(line) {
      known.get(line.conversation)?.lines.set(line.seq, line);
    },
    forget: (id) => known.delete(id),
  };
}

export function install(desk) {
  const transcripts = createTranscripts({ fetchPage: desk.server.page });
  desk.on("message", transcripts.message);
  desk.on("line", transcripts.line);
  desk.on("gone", transcripts.forget);
  desk.transcripts = transcripts;
}
