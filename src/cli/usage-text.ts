// What was used in words for a person, long for a sentence and short for a column. Pure.

import type { UsageShown } from "../core/usage.ts";

type Used = Pick<UsageShown, "turns" | "input" | "cached" | "output" | "usd" | "unpriced">;

/** `3 turns, 3,000 tokens in (500 cached), 18 out, $0.01`; "nothing" where it is nothing. */
export function usedWords({ turns, input, cached, output, usd, unpriced }: Used): string {
  const known = cached === 0 ? "" : ` (${counted(cached)} cached)`;
  const words = [
    ...(turns === 0 ? [] : [turns === 1 ? "1 turn" : `${counted(turns)} turns`]),
    ...(input + output === 0
      ? []
      : [`${counted(input)} tokens in${known}`, `${counted(output)} out`]),
    ...costWords(usd, unpriced),
  ];
  return words.length === 0 ? "nothing" : words.join(", ");
}

function costWords(usd: number | null, unpriced: number): readonly string[] {
  if (usd === null) return ["at a cost that nobody tells"];
  if (usd === 0 && unpriced === 0) return [];
  const more = unpriced === 0 ? "" : ` and ${counted(unpriced)} tokens without a price`;
  return [`${dollars(usd)}${more}`];
}

/** `$0.0042`, `$3.40`. */
export function dollars(usd: number): string {
  return `$${usd.toFixed(usd > 0 && usd < 0.995 ? 4 : 2)}`;
}

/** `1,234,567`. */
export function counted(tokens: number): string {
  return String(tokens).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
}

/** At most four columns: `950`, `45k`, `1.2M`, `340M`. */
export function short(tokens: number): string {
  const [unit, by] = tokens < 1_000_000 - 500 ? ["k", 1000] : ["M", 1_000_000];
  if (tokens < 1000) return String(tokens);
  const many = tokens / by;
  return `${many < 9.95 ? many.toFixed(1).replace(".0", "") : Math.round(many)}${unit}`;
}

/** At most six columns: `$0.042`, `$3.40`, `$12.3`, `$1234`. */
export function shortDollars(usd: number): string {
  if (usd >= 1000) return `$${Math.round(usd)}`.slice(0, 6);
  if (usd >= 10) return `$${usd.toFixed(1)}`;
  return `$${usd.toFixed(usd > 0 && usd < 0.995 ? 3 : 2)}`;
}

/** How full a context is: a part where it is known of how much, else its tokens. */
export function contextWords({ context, window }: Pick<UsageShown, "context" | "window">): string {
  if (context === null) return "";
  const of = window === null || window === 0 ? "" : ` of ${counted(window)}`;
  return `its context holds ${counted(context)}${of} tokens`;
}

/** At most four columns. */
export function shortContext({ context, window }: Pick<UsageShown, "context" | "window">): string {
  if (context === null) return "";
  return window === null || window === 0
    ? short(context)
    : `${Math.min(999, Math.round((100 * context) / window))}%`;
}
