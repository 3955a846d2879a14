// Where in the text of a TOML file a value stands, for messages about files that parsed.

import { scan } from "./toml-scan.ts";

export type Path = readonly (string | number)[];
/** Both count from 1. */
export type Place = { readonly line: number; readonly column: number };
export type Where = (path: Path) => Place;

/** The place of a key's own name; of something absent, the place of the nearest table around it. */
export function whereIn(text: string): Where {
  const { offsets } = scan(text);
  return (path) => {
    for (let length = path.length; length > 0; length--) {
      const offset = offsets.get(JSON.stringify(path.slice(0, length)));
      if (offset !== undefined) return placeAt(text, offset);
    }
    return { line: 1, column: 1 };
  };
}

export function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: offset - lineStart + 1 };
}
