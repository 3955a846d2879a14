// What is remembered of the sources of a program, to be told to people: nothing that changes with every line.

import { quote } from "./rows.ts";
import type { Signals, SourceKept } from "./signals.ts";

export function keptOf(signals: Signals | null): readonly SourceKept[] {
  const sources = signals?.sources.filter(({ from }) => from !== "title") ?? [];
  return sources.map(({ from, is, says, at, silent, text, value }) => {
    const line = says === null || says === "busy" || says === "idle" ? "" : (text ?? value);
    return { from, is, says, at, silent, line: quote(line) };
  });
}
