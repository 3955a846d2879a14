// The word somebody probably meant. Knows nothing of what the words are for.

/** More wrong letters than this, and a guess would only confuse. */
const MAX_DISTANCE = 3;

/** The nearest of the known words, or null when none is near enough. */
export function nearest(word: string, known: readonly string[]): string | null {
  let best: { readonly name: string; readonly distance: number } | null = null;
  for (const name of known) {
    const far = distance(word.toLowerCase(), name.toLowerCase());
    // A short word allows fewer slips: two of four letters wrong is another word.
    const allowed = Math.min(MAX_DISTANCE, Math.floor(Math.max(word.length, name.length) / 3));
    if (far <= allowed && (best === null || far < best.distance)) best = { name, distance: far };
  }
  return best?.name ?? null;
}

/** The tail of a sentence: ` — did you mean "watch"?`, or nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  const name = nearest(word, known);
  return name === null ? "" : ` — did you mean "${name}"?`;
}

/** Edit distance where swapping two neighbours is one slip, as it is for fingers. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > MAX_DISTANCE) return MAX_DISTANCE + 1;
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? 0;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) cost = Math.min(cost, at(i - 2, j - 2) + 1);
      row.push(cost);
    }
  }
  return at(a.length, b.length);
}
