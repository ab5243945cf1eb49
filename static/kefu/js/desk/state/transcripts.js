/**
 * Holds messages and lines of conversations as far as this page has loaded them, as plain data: a conversation that is
 * opened again shows at once.
 *
 *   const transcripts = createTranscripts({ fetchPage(conversation, before) → Promise<{messages, lines, more, earlier}> });
 *   transcripts.load(id)          → Promise<{messages, lines, more, earlier}>: the newest ones, not more than a page can
 *                                 show at once; `earlier` is the head of what came before the conversation, once `more`
 *                                 is false. Who asks while it is under way gets the same answer
 *   transcripts.older(id, n)      → the page before message n, from memory where it is known
 *   transcripts.known(id)         what load() would answer from memory, or null
 *   transcripts.message(message), transcripts.line(line)    what a frame brought
 *   transcripts.forget(id)        load() asks the server again
 *   install(desk)                 desk.transcripts; early among the features: what is opened is asked for before anything is drawn
 */
const AT_MOST = 30, AT_ONCE = 100;
const PATIENCE = 5000; // milliseconds, after which a request may be lost and another one is sent

export function createTranscripts({ fetchPage, now = () => performance.now() }) {
  const known = new Map();

  /** The last ones before a number, and what happened between them. */
  function view({ messages, lines, more, earlier }, before = Infinity) {
    const known = [...messages.values()].filter(({ n }) => n < before).sort((one, other) => one.n - other.n);
    const page = known.slice(-AT_ONCE), isBeginning = !more && page.length === known.length;
    const from = isBeginning ? 0 : page[0]?.n ?? 0;
    return {
      messages: page,
      lines: [...lines.values()].filter(({ after }) => !(after < from || after >= before)),
      more: !isBeginning,
      ...(isBeginning && earlier && { earlier }),
    };
  }

  function merge(transcript, page) {
    for (const message of page.messages) transcript.messages.set(message.n, message);
    for (const line of page.lines ?? []) transcript.lines.set(line.seq, line);
    transcript.more = page.more;
    transcript.earlier = page.earlier;
  }

  const first = ({ messages }) => [...messages.keys()].reduce((least, n) => Math.min(least, n), Infinity);

  /** The last used ones stay; the others are loaded again when somebody opens them. */
  function remember(id, transcript) {
    known.delete(id);
    known.set(id, transcript);
    while (known.size > AT_MOST) known.delete(known.keys().next().value);
  }

  async function load(id) {
    const transcript = known.get(id) ??
      { messages: new Map(), lines: new Map(), more: false, loaded: false, askedAt: -Infinity };
    remember(id, transcript); // what arrives while we ask is kept, too
    if (!transcript.loaded) await ask(id, transcript);
    return view(transcript);
  }

  function ask(id, transcript) {
    if (now() - transcript.askedAt < PATIENCE) return transcript.answer;
    transcript.askedAt = now();
    return transcript.answer = fill(id, transcript);
  }

  async function fill(id, transcript) {
    try {
      const page = await fetchPage(id, null);
      const fresh = [...transcript.messages.values()];
      merge(transcript, page);
      for (const message of fresh) transcript.messages.set(message.n, message);
      transcript.loaded = true;
    } catch (error) {
      if (known.get(id) === transcript) known.delete(id);
      throw error;
    }
  }

  return {
    load,
    async older(id, before) {
      const transcript = known.get(id), from = transcript?.loaded ? first(transcript) : Infinity;
      if (before > from) return view(transcript, before);
      const page = await fetchPage(id, before);
      // Whoever jumped into the past pages there, with a gap to what is kept here.
      if (known.get(id) === transcript && before === from) merge(transcript, page);
      return { lines: [], ...page };
    },
    known: (id) => known.get(id)?.loaded ? view(known.get(id)) : null,
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
  const transcripts = createTranscripts({ fetchPage: (...place) => desk.server.page(...place) });
  desk.on("message", transcripts.message);
  desk.on("line", transcripts.line);
  desk.on("gone", transcripts.forget);
  desk.on("opened", (id) => id && transcripts.load(id).catch(() => {})); // the pane asks again, and says what went wrong
  desk.transcripts = transcripts;
}
