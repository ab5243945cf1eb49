/**
 * Makes a password that can be read out: four groups of four, without characters that look or sound like others.
 *
 *   newPassword()   "k7mp-w3xd-…": 16 characters of 29, 77 bits
 */
const CHARACTERS = "abcdefghjkmnpqrstuvwxyz234679";
const GROUPS = 4, LENGTH = 4;
const FAIR = 256 - 256 % CHARACTERS.length; // bytes from here on would favour the first characters

function character() {
  for (;;) {
    const [byte] = crypto.getRandomValues(new Uint8Array(1));
    if (byte < FAIR) return CHARACTERS[byte % CHARACTERS.length];
  }
}

const group = () => Array.from({ length: LENGTH }, character).join("");

export const newPassword = () => Array.from({ length: GROUPS }, group).join("-");
