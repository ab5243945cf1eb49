/**
 * Names of colleagues in a text, after an @. Pure.
 *
 *   queryAt(text, caret)          what is typed of a name before the caret: { from, word }, from: where its @ stands; or null
 *   matching(people, word)        those whose name contains it or whose number begins with it, 8 at most: names that begin
 *                                 with it first
 *   namesIn(text, names)          [{ at, name }]: where one of the names stands after an @, the longest that fits, as a word
 *   mentioned(text, people, chosen)    ids of those whom the text names; chosen: [{ id, name }] as they were chosen, which says
 *                                 who is meant where colleagues have one name. Of whom it says nothing, all are
 */
const QUERY = /(?:^|[^\w.@＠])[@＠]([^\s@＠]{0,20})$/u; // no address has its @ there
const AT = /(^|[^\w.@＠])[@＠]/gu;
const JOINED = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{N}_]{2}$/u; // between these no word ends
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
  let end = 0; // of the last one: a name may have an @ itself
  for (const { index, 1: before } of text.matchAll(AT)) {
    const at = index + before.length, name = at >= end && longestFirst.find((one) => one && isWord(text, at + 1, one));
    if (!name) continue;
    found.push({ at, name });
    end = at + 1 + name.length;
  }
  return found;
}

function isWord(text, at, name) {
  const end = at + name.length;
  return text.startsWith(name, at) && !JOINED.test(text.slice(end - 1, end + 1));
}

export function mentioned(text, people, chosen = []) {
  const found = namesIn(text, people.map(({ name }) => name)).map(({ name }) => name);
  return [...new Set(found)].flatMap((name) => {
    const times = found.filter((one) => one === name).length;
    const meant = chosen.filter((one) => one.name === name).slice(-times);
    return [...new Set((meant.length ? meant : people.filter((one) => one.name === name)).map(({ id }) => id))];
  });
}
