// A row of the bench: what was measured, ours and the peer's, what is wanted and whether it was met. And rows
// as a table for people. Null is "not known here" and never meets or misses anything.

/** `wanted` is `{ atMost }` of ours, or `{ ratio }` of ours to the peer's; absent where nothing is promised. */
export const row = ({ what, unit = "", ours = null, peer = null, wanted = null }) => {
  const ratio = ours === null || peer === null || ours * peer === 0 ? null : ours / peer;
  return { what, unit, ours, peer, ratio, wanted, met: metBy(wanted, ours, ratio) };
};

const metBy = (wanted, ours, ratio) => {
  if (wanted === null) return null;
  const [value, limit] = wanted.ratio === undefined ? [ours, wanted.atMost] : [ratio, wanted.ratio];
  return value === null ? null : value <= limit;
};

/** Latencies as three rows; `wanted` by name of the quantile. */
export const latencyRows = (what, values, wanted = {}) =>
  [
    ["p50", quantile(values, 0.5)],
    ["p99", quantile(values, 0.99)],
    ["max", Math.max(...values)],
  ].map(([name, ours]) =>
    row({ what: `${what}, ${name} of ${values.length}`, unit: "ms", ours, wanted: wanted[name] }),
  );

export const quantile = (values, share) => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
};

export const median = (values) => quantile(values, 0.5);

export const tableOf = ({ name, rows, broke }, peer) =>
  columns([
    [name, "agents", peer, "ratio", "wanted", ""],
    ...rows.map(cells),
    ...(broke === null ? [] : [[`  broke: ${broke.split("\n")[0]}`, "", "", "", "", ""]]),
  ]);

const cells = ({ what, unit, ours, peer, ratio, wanted, met }) => [
  `  ${what}`,
  amount(ours, unit),
  peer === null ? "" : amount(peer, unit),
  ratio === null ? "" : share(ratio),
  wanted === null ? "" : wantedText(wanted, unit),
  met === null ? "" : met ? "met" : "MISSED",
];

const wantedText = ({ ratio, atMost }, unit) =>
  ratio === undefined ? `${atMost === 0 ? "" : "≤ "}${amount(atMost, unit)}` : `≤ ${share(ratio)}`;

const amount = (value, unit) => {
  if (value === null) return "n/a";
  if (!Number.isFinite(value)) return "never";
  const short = Math.abs(value) < 100 ? Math.round(value * 10) / 10 : Math.round(value);
  return `${short.toLocaleString("en-US")} ${unit}`.trim();
};

const share = (ratio) => (ratio < 0.95 ? `1/${Math.round(1 / ratio)}` : ratio.toFixed(1));

const columns = (lines) => {
  const widths = lines[0].map((_, at) => Math.max(...lines.map((line) => line[at].length)));
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, at) => cell.padEnd(widths[at]))
          .join("   ")
          .trimEnd()}\n`,
    )
    .join("");
};
