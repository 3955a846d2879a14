// Keeps the last answer about something for as long as all that it was made from is the same. Only for answers
// that nothing else has a say in: then it is as if they were made anew each time, and a look at two hundred
// quiet agents costs next to nothing. What is forgotten elsewhere is forgotten here.

/** `from` is compared item by item, by identity. `lasts` names the answers that may be kept. */
export function remembering<T>(
  lasts: (answer: T) => boolean,
): (about: object, from: readonly unknown[], make: () => T) => T {
  const known = new WeakMap<object, { readonly from: readonly unknown[]; readonly answer: T }>();
  return (about, from, make) => {
    const before = known.get(about);
    if (before !== undefined && isAlike(before.from, from)) return before.answer;
    const answer = make();
    if (lasts(answer)) known.set(about, { from, answer });
    return answer;
  };
}

function isAlike(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, at) => Object.is(item, b[at]));
}
