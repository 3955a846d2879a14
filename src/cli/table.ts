// Aligned columns for a terminal of a known width: wide characters count double, what does not fit ends in
// "…", the last column takes the rest. Pure text; it may not know what the columns mean.

/** A cell is text, or text and how to colour it; colour never counts as width. */
export type Cell = string | { readonly text: string; readonly paint: (text: string) => string };

export type Table = {
  readonly rows: readonly (readonly Cell[])[];
  /** Columns of the terminal; null: nobody looks at it, nothing is cut. */
  readonly width: number | null;
};

/** One line per row, without trailing spaces, each ended by a newline. */
export const table = ({ rows, width }: Table): string => {
  const cells = rows.map((row) => row.map(toCell));
  const widths = columnWidths(cells, width);
  return cells.map((row) => `${line(row, widths)}\n`).join("");
};

type Spare = {
  /** Titles of columns, the first to be left out first. */
  readonly spare: readonly string[];
  /** What the last column must have, or as much of it as it needs. */
  readonly last: number;
};

/** The rows, the first of them titles, without as many spare columns as the last one needs. */
export const narrowed = ({ rows, width }: Table, { spare, last }: Spare): Table["rows"] => {
  if (width === null) return rows;
  const cells = rows.map((row) => row.map(toCell));
  const titles = (cells[0] ?? []).map(({ text }) => text);
  const widths = columnWidths(cells, null);
  let taken = Math.min(last, widths.at(-1) ?? 0);
  for (const each of widths.slice(0, -1)) taken += each + GAP;
  const left = new Set<number>();
  for (const title of spare) {
    if (taken <= width) break;
    const column = titles.indexOf(title);
    left.add(column);
    taken -= (widths[column] ?? 0) + GAP;
  }
  return rows.map((row) => row.filter((_, column) => !left.has(column)));
};

/** How many columns of a terminal the text takes. */
export const textWidth = (text: string): number =>
  isNarrow(text)
    ? text.length
    : characters(text).reduce((sum, character) => sum + characterWidth(character), 0);

/** The text, or as much of its beginning as fits before an ellipsis. */
export const fit = (text: string, width: number): string => {
  if (textWidth(text) <= width) return text;
  if (isNarrow(text)) return width < 1 ? "" : `${text.slice(0, width - 1)}…`;
  let kept = "";
  let taken = 1;
  for (const character of characters(text)) {
    taken += characterWidth(character);
    if (taken > width) break;
    kept += character;
  }
  return width < 1 ? "" : `${kept}…`;
};

/** One column for each UTF-16 unit. */
export const isNarrow = (text: string): boolean => NARROW.test(text);

/** Columns of one character as a reader counts them, that is with its marks, joiners and modifiers. */
export const characterWidth = (character: string): number => {
  if (WIDE.test(character)) return 2;
  return WITHOUT_WIDTH.test(character) ? 0 : 1;
};

type Painted = Exclude<Cell, string>;

/** Columns between two cells. */
export const GAP = 2;
const NARROWEST = 8;
/** ASCII, Latin, dashes, arrows, lines and boxes: one column each, and cheap to know. */
const NARROW =
  /^[ -~\u00A1-\u00AC\u00AE-\u02FF\u2010-\u2027\u2030-\u205E\u2190-\u21FF\u2500-\u25FC]*$/;
const WITHOUT_WIDTH = /^[\p{Mark}\p{Cc}\p{Cf}]/u;
const WIDE =
  /^(?:[\u1100-\u115F\u2E80-\u303E\u3041-\u4DBF\u4E00-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE10-\uFE19\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{16FE0}-\u{18CFF}\u{1B000}-\u{1B2FF}\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F)/u;

const toCell = (cell: Cell): Painted =>
  typeof cell === "string"
    ? { text: oneLine(cell), paint: (text) => text }
    : { text: oneLine(cell.text), paint: cell.paint };

const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();

const line = (row: readonly Painted[], widths: readonly number[]): string => {
  const last = row.findLastIndex((cell) => cell.text !== "");
  return row
    .slice(0, last + 1)
    .map((cell, column) => {
      const text = fit(cell.text, widths[column] ?? 0);
      const padding = column === last ? 0 : (widths[column] ?? 0) - textWidth(text) + GAP;
      return cell.paint(text) + " ".repeat(padding);
    })
    .join("");
};

/** Every column as wide as its widest cell; where that is too much, the widest give way until it fits. */
const columnWidths = (rows: readonly (readonly Painted[])[], width: number | null): number[] => {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(0, ...rows.map((row) => textWidth(row[column]?.text ?? ""))),
  );
  if (width === null || count === 0) return widths;
  const room = Math.max(0, width - GAP * (count - 1));
  const sum = (): number => widths.reduce((total, each) => total + each, 0);
  const last = count - 1;
  widths[last] = Math.max(
    Math.min(widths[last] ?? 0, NARROWEST),
    (widths[last] ?? 0) - (sum() - room),
  );
  while (sum() > room && Math.max(...widths) > 0) {
    const widest = widths.indexOf(Math.max(...widths));
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
};

// Made on the first text that is not ASCII: its start costs more than a whole small table.
let segmenter: Intl.Segmenter | null = null;

/** As a reader counts them. */
export const characters = (text: string): readonly string[] => {
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return Array.from(segmenter.segment(text), (part) => part.segment);
};
