/**
 * Elects the leader among the windows of one agent: all stay live, the leader alone makes noise. By a heartbeat over
 * BroadcastChannel, because Web Locks do not exist on plain-HTTP intranets.
 *
 *   const tabs = createTabs(name, {onMessage});   windows of one name know each other
 *   tabs.leads()                  may this window play sounds and show notifications?
 *   tabs.tell(data)               to the other windows
 *
 * `leader(peers, now)` is the rule itself, pure: a visible window before a hidden one, then the oldest.
 */
const BEAT = 2000;
/** Browsers run timers of hidden windows once a minute at worst, so a hidden window is believed for longer. */
const SHOWN_FOR = 6000, HIDDEN_FOR = 70_000;

export function leader(peers, now) {
  const alive = peers.filter((peer) => now - peer.at < (peer.visible ? SHOWN_FOR : HIDDEN_FOR));
  alive.sort((one, other) => other.visible - one.visible || (one.id < other.id ? -1 : 1));
  return alive[0]?.id ?? null;
}

export function createTabs(name, { onMessage = () => {} } = {}) {
  const id = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
  const peers = new Map();
  const channel = "BroadcastChannel" in window ? new BroadcastChannel(name) : null;
  const send = (data) => channel?.postMessage({ id, visible: !document.hidden, ...data });
  const beat = () => send({ beat: true });

  if (channel) {
    channel.onmessage = ({ data }) => {
      if (data.gone) return peers.delete(data.id);
      const fresh = !peers.has(data.id);
      peers.set(data.id, { id: data.id, visible: data.visible, at: Date.now() });
      if (data.say) onMessage(data.say);
      else if (fresh) beat();
    };
    setInterval(beat, BEAT);
    document.addEventListener("visibilitychange", beat);
    addEventListener("pagehide", () => send({ gone: true }));
    addEventListener("pageshow", beat);
    beat();
  }
  return {
    leads() {
      const now = Date.now();
      return leader([...peers.values(), { id, visible: !document.hidden, at: now }], now) === id;
    },
    tell: (say) => send({ say }),
  };
}
