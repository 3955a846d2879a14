// Two texts that differ in few places, as a person reads it: the lines that go and the lines that come, each
// with its number. Pure.

/** Beyond this many lines on either side of a change, pairs are not searched: all goes, all comes. */
const SEARCH_MAX = 2_000;

type Change = { readonly sign: "-" | "+"; readonly line: number; readonly text: string };

export function differences(before: string, after: string): string {
  const changes = changed(before.split("\n"), after.split("\n"));
  const width = Math.max(0, ...changes.map(({ line }) => String(line).length));
  return changes
    .map(
      ({ sign, line, text }) => `${sign} ${String(line).padStart(width)}  ${text}`.trimEnd() + "\n",
    )
    .join("");
}

function changed(before: readonly string[], after: readonly string[]): readonly Change[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  const most = Math.min(before.length, after.length) - head;
  while (tail < most && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  return between(
    before.slice(head, before.length - tail),
    after.slice(head, after.length - tail),
    head,
  );
}

/** By the longest run of common lines. */
function between(
  gone: readonly string[],
  come: readonly string[],
  head: number,
): readonly Change[] {
  const changes: Change[] = [];
  let [one, other] = [0, 0];
  const common = gone.length > SEARCH_MAX || come.length > SEARCH_MAX ? null : lengths(gone, come);
  while (one < gone.length || other < come.length) {
    const [left, right] = [gone[one], come[other]];
    const same = common !== null && left !== undefined && left === right;
    const drop =
      right === undefined ||
      (left !== undefined &&
        (common === null || at(common, one + 1, other) >= at(common, one, other + 1)));
    if (same) [one, other] = [one + 1, other + 1];
    else if (drop) changes.push({ sign: "-", line: head + ++one, text: left ?? "" });
    else changes.push({ sign: "+", line: head + ++other, text: right ?? "" });
  }
  return changes;
}

/** How many lines the rests of both have in common, in order. */
function lengths(gone: readonly string[], come: readonly string[]): readonly (readonly number[])[] {
  const table = Array.from({ length: gone.length + 1 }, () =>
    Array.from({ length: come.length + 1 }, () => 0),
  );
  for (let one = gone.length - 1; one >= 0; one--)
    for (let other = come.length - 1; other >= 0; other--) {
      const row = table[one];
      if (row === undefined) continue;
      row[other] =
        gone[one] === come[other]
          ? at(table, one + 1, other + 1) + 1
          : Math.max(at(table, one + 1, other), at(table, one, other + 1));
    }
  return table;
}

function at(table: readonly (readonly number[])[], one: number, other: number): number {
  return table[one]?.[other] ?? 0;
}
