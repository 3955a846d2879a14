// Writes plain values as TOML for people to read and paste: scalars first, small tables on one line, a
// pattern without a doubled backslash. Knows nothing of what the keys are for.

export type Value = string | number | boolean | readonly Value[] | Table;
export type Table = { readonly [key: string]: Value | undefined };

/** A longer line is broken: an array into its items, a table into a section. */
const WIDTH = 100;

/** A whole document, or what stands below the header of that path. */
export function tomlText(table: Table, path: readonly string[] = []): string {
  return sections(table, path)
    .map((lines) => `${lines.join("\n")}\n`)
    .join("\n");
}

function sections(table: Table, path: readonly string[]): readonly (readonly string[])[] {
  const own: string[] = [];
  const below: (readonly string[])[] = [];
  for (const [key, value] of entries(table)) {
    const deeper = [...path, key];
    if (isSection(key, value, path)) below.push(...sections(value, deeper));
    else if (isTables(value) && path.length === 0) below.push(...rows(value, deeper));
    else own.push(assignment(key, value));
  }
  if (path.length === 0) return own.length === 0 ? below : [own, ...below];
  return own.length === 0 && below.length > 0 ? below : [[`[${header(path)}]`, ...own], ...below];
}

function rows(tables: readonly Table[], path: readonly string[]): (readonly string[])[] {
  return tables.flatMap((table) => {
    const [first = [], ...rest] = sections(table, path);
    const begins = first[0] === `[${header(path)}]`;
    const own = begins ? first.slice(1) : [];
    return [[`[[${header(path)}]]`, ...own], ...(begins ? rest : [first, ...rest])];
  });
}

function isSection(key: string, value: Value, path: readonly string[]): value is Table {
  if (!isTable(value)) return false;
  return path.length === 0 || assignment(key, value).length > WIDTH;
}

function assignment(key: string, value: Value): string {
  const line = `${name(key)} = ${inline(value)}`;
  if (line.length <= WIDTH || !isList(value) || value.length === 0) return line;
  return [`${name(key)} = [`, ...value.map((item) => `  ${inline(item)},`), "]"].join("\n");
}

/** A value as it stands behind `key = `. */
export function inline(value: Value): string {
  if (typeof value === "string") return quoted(value);
  if (isList(value)) return `[${value.map(inline).join(", ")}]`;
  if (!isTable(value)) return String(value);
  const pairs = entries(value).map(([key, inner]) => `${name(key)} = ${inline(inner)}`);
  return pairs.length === 0 ? "{}" : `{ ${pairs.join(", ")} }`;
}

function quoted(text: string): string {
  const literal = /[\\"]/.test(text) && !/['\0-\x1f\x7f]/.test(text);
  return literal ? `'${text}'` : JSON.stringify(text).replaceAll("\x7f", String.raw`\u007F`);
}

function entries(table: Table): readonly (readonly [string, Value])[] {
  return Object.entries(table).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
}

function header(path: readonly string[]): string {
  return path.map(name).join(".");
}

/** A key as it is written, in quotes where it must be. */
export function name(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : JSON.stringify(key);
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isTable(value: Value): value is Table {
  return typeof value === "object" && !Array.isArray(value);
}

function isTables(value: Value): value is readonly Table[] {
  return isList(value) && value.length > 0 && value.every(isTable);
}
