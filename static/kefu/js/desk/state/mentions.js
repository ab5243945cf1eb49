/**
 * Names of colleagues in a text, after an @. Pure.
 *
 *   queryAt(text, caret)          what is typed of a name before the caret: { from, word }, from: where its @ stands; or null
 *   matching(people, word)        those whose name contains it or whose number begins with it, 8 at most: names that begin
 *                                 with it first
 *   namesIn(text, names)          [{ at, name }]: where one of the names stands after an @, the longest that fits
 *   mentioned(text, people, chosen)    ids of those whom the text names; chosen: name → the id that was meant, where two
 *                                 colleagues have one name
 */
const QUERY = /(?:^|[^\w.@＠])[@＠]([^\s@＠]{0,20})$/u; // no address has its @ there
const AT_ONCE = 8;

export function queryAt(text, caret) {
  const found = QUERY.exec(text.slice(0, caret));
  return found && { from: caret - found[1].length - 1, word: found[1] };
}

export function matching(people, word) {
  const wanted = word.toLowerCase(), place = ({ name }) => name.toLowerCase().indexOf(wanted);
  return people.filter((one) => place(one) >= 0 || one.number.startsWith(wanted))
    .sort((one, other) => Number(place(one) !== 0) - Number(place(other) !== 0)).slice(0, AT_ONCE);
}

export function namesIn(text, names) {
  const longestFirst = [...names].sort((one, other) => other.length - one.length), found = [];
  for (const { index } of text.matchAll(/[@＠]/gu)) {
    const name = longestFirst.find((one) => one && text.startsWith(one, index + 1));
    if (name) found.push({ at: index, name });
  }
  return found;
}

export function mentioned(text, people, chosen = new Map()) {
  const found = namesIn(text, people.map(({ name }) => name));
  const idOf = (name) => chosen.get(name) ?? people.find((one) => one.name === name).id;
  return [...new Set(found.map(({ name }) => idOf(name)))];
}
