// A terminal's screen, with its colours as SGR codes, to an SVG picture. Pure text: it may not ask a terminal.

const WIDTH = 8.4;
const HEIGHT = 18;
const MARGIN = 12;
const [PAPER, INK, DIM] = ["#16181d", "#d7dae0", "#8a909c"];
const INKS = {
  31: "#ef6b73",
  32: "#8cc570",
  33: "#e5c07b",
  34: "#61afef",
  35: "#c678dd",
  36: "#56b6c2",
};
const PLAIN = { ink: INK, bold: false, dim: false, inverse: false };

/** One picture of the rows, each as many columns wide as the terminal was. */
export const svg = (screen, columns) => {
  const rows = screen.split("\n");
  const [width, height] = [columns * WIDTH + 2 * MARGIN, rows.length * HEIGHT + 2 * MARGIN];
  let style = PLAIN;
  const drawn = rows.map((row, at) => {
    const [cells, after] = runs(row, style);
    style = after;
    return cells.map((cell) => run(cell, MARGIN + at * HEIGHT)).join("");
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">
<rect width="100%" height="100%" rx="8" fill="${PAPER}"/>
${drawn.filter((row) => row !== "").join("\n")}
</svg>
`;
};

/** A row as pieces of one style each, and the style that the next row begins with. */
const runs = (row, before) => {
  const cells = [];
  let [style, column] = [before, 0];
  for (const part of row.split(/(\u001b\[[\d;]*m)/)) {
    const codes = /^\u001b\[([\d;]*)m$/.exec(part);
    if (codes !== null) style = codes[1].split(";").reduce(styled, style);
    else if (part !== "") cells.push({ text: part, column, ...style });
    if (codes === null) column += part.length;
  }
  return [cells, style];
};

const styled = (style, code) => {
  if (code === "" || code === "0") return PLAIN;
  if (code === "1") return { ...style, bold: true };
  if (code === "2") return { ...style, dim: true };
  if (code === "7") return { ...style, inverse: true };
  if (code === "22") return { ...style, bold: false, dim: false };
  if (code === "27") return { ...style, inverse: false };
  return code === "39" ? { ...style, ink: INK } : { ...style, ink: INKS[code] ?? style.ink };
};

const run = ({ text, column, ink, bold, dim, inverse }, y) => {
  const [x, width] = [round(MARGIN + column * WIDTH), round(text.length * WIDTH)];
  const paper = inverse
    ? `<rect x="${x}" y="${y}" width="${width}" height="${HEIGHT}" fill="${ink}"/>`
    : "";
  if (text.trim() === "") return paper;
  const fill = inverse ? PAPER : dim && ink === INK ? DIM : ink;
  const weight = bold ? ' font-weight="bold"' : "";
  return `${paper}<text x="${x}" y="${y + 13}" textLength="${width}" fill="${fill}"${weight} xml:space="preserve">${escaped(text)}</text>`;
};

const round = (value) => Math.round(value * 10) / 10;

const escaped = (text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
