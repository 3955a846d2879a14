// The last line of the screen: the keys, or what is being typed and where the cursor stands then.

import { textWidth } from "../table.ts";
import { lineOf, piece, wrapped } from "./line.ts";
import type { Looks } from "./model.ts";
import type { View } from "./view.ts";

export function footOf(view: View, looks: Looks): readonly [line: string, cursor: number | null] {
  const { size, paint, glyphs } = looks;
  const { mode } = view;
  const keys = (...pairs: readonly (readonly [string, string])[]): readonly [string, null] => {
    const pieces = pairs.flatMap(([key, does], at) => [
      piece(`${at === 0 ? " " : "  "}${key}`, paint.bold),
      piece(` ${does}`, paint.dim),
    ]);
    return [lineOf(size.columns, pieces), null];
  };
  switch (mode.is) {
    case "list":
      return keys(
        [glyphs.enter, "attach"],
        ["l", "logs"],
        ["s", "send"],
        ["r", "restart"],
        ["p", "pause"],
        ["/", "filter"],
        ["o", "sort"],
        ["?", "help"],
        ["q", "quit"],
      );
    case "logs":
      return keys([glyphs.upDown, "scroll"], ["g", "first"], ["G", "last"], ["q", "back"]);
    case "help":
      return keys(["any key", "back"]);
    case "restart":
      return [
        lineOf(size.columns, [
          piece(` restart ${mode.name}? `, paint.bold),
          piece("y does it, any other key does not", paint.dim),
        ]),
        null,
      ];
    case "send":
      return typing(`send to ${mode.name}: `, mode.text, looks);
    case "filter":
      return typing("filter: ", view.filter, looks);
  }
}

/** The end of what is typed is always in sight. */
function typing(label: string, text: string, { size, paint }: Looks): readonly [string, number] {
  const head = ` ${label}`;
  const room = Math.max(1, size.columns - textWidth(head) - 1);
  const tail = wrappedEnd(text, room);
  const line = lineOf(size.columns, [piece(head, paint.bold), piece(tail)]);
  return [line, textWidth(head) + textWidth(tail)];
}

function wrappedEnd(text: string, room: number): string {
  return textWidth(text) <= room ? text : (wrapped(text, room).at(-1) ?? "");
}
