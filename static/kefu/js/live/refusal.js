/**
 * Refusals of the server, and when to try again.
 *
 *   class Refusal                     // { code, text, permanent, message }: what command() of live.js rejects with
 *   backOff(attempt)                  // milliseconds, from 100 to half a minute
 */
/** Why a command was not carried out. `permanent`: repeating it unchanged is useless. */
export class Refusal extends Error {
  constructor(code, text, permanent) {
    super(text || code);
    Object.assign(this, { code, text: text || "", permanent });
  }
}

/** Full jitter: many clients that lost one server do not return at the same moment. */
export const backOff = (attempt, random = Math.random()) =>
  Math.max(100, random * Math.min(30_000, 500 * 2 ** Math.min(attempt, 6)));
