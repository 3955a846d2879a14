// From a night that went wrong to the smallest one that goes wrong in the same way: fewer hours first, then
// fewer kinds of trouble. It only asks; whoever calls it plays the nights.

import type { Trouble } from "./faults.ts";

/** A night that can be had again. */
export type Recipe = {
  readonly seed: number;
  readonly hours: number;
  readonly without: readonly Trouble[];
};

export type Failure = { readonly recipe: Recipe; readonly what: string };

/** Plays a night and answers what went wrong in it. */
export type Playing = (recipe: Recipe) => Promise<readonly string[]>;

/** The same mistake in another night: without its hour, its names and its numbers. */
export function kindOf(violation: string): string {
  return violation
    .replace(/^\d{4}-\S+ /, "")
    .replaceAll(/\b(?:a\d+|builder|adversary|report|server|[0-9a-f]{8,})\b/g, "…")
    .replaceAll(/\d+/g, "N")
    .replace(/^… ?: /, "")
    .replace(/(?:: | \().*$/s, "")
    .trim();
}

/** Nobody was harmed: something that should have come did not come in time. The rest is done wrongly. */
export function isLate(violation: string): boolean {
  const what = violation.replace(/^\d{4}-\S+ /, "");
  return /^at last |is never answered$|for an hour$| is \w+ for \d+ s: /.test(what);
}

export async function shrunk(
  failure: Failure,
  troubles: readonly Trouble[],
  play: Playing,
): Promise<Failure> {
  const kind = kindOf(failure.what);
  const again = async (recipe: Recipe): Promise<Failure | null> => {
    const what = (await play(recipe)).find((one) => kindOf(one) === kind);
    return what === undefined ? null : { recipe, what };
  };
  let smallest = failure;
  let tooFew = 0;
  while (smallest.recipe.hours - tooFew > 1) {
    const hours = Math.floor((smallest.recipe.hours + tooFew) / 2);
    const found = await again({ ...smallest.recipe, hours });
    if (found === null) tooFew = hours;
    else smallest = found;
  }
  for (const trouble of troubles) {
    const { recipe } = smallest;
    if (recipe.without.includes(trouble)) continue;
    smallest = (await again({ ...recipe, without: [...recipe.without, trouble] })) ?? smallest;
  }
  return smallest;
}

/** The one line that a person types to see it again. */
export function lineOf({ recipe, what }: Failure): string {
  const { seed, hours, without } = recipe;
  const less = without.length === 0 ? "" : ` --without ${without.join(",")}`;
  return `npm run soak -- --seed ${seed} --hours ${hours} --nights 1${less}   # ${what}`;
}
