// Many texts of every kind that has ever gone wrong, sent one after another with `agents send`: each has to arrive at
// the API exactly once, with exactly its words.

import { greeted, on, NAME, timesSaid, type Seen, type State } from "./acts.ts";
import type { Stage } from "./stage.ts";

const HEARD_MS = 20_000;
const EACH_MS = 15_000;
const START_MS = 3 * 60_000;
/** As many as a table has room for. */
const WRONG_SHOWN = 3;

const rows = (count: number): string =>
  Array.from({ length: count }, (_, index) => `row ${index + 1}: of a long text`).join("\n");

const KINDS: Readonly<Record<string, (serial: number) => string>> = {
  "one row": (serial) => `Number ${serial}, one row of words.`,
  "40 rows": (serial) => `Number ${serial}.\n${rows(40)}`,
  "20 KB": (serial) => `Number ${serial}.\n${rows(1000)}`.slice(0, 20_000),
  unicode: (serial) =>
    `Number ${serial}: żółć, 日本語, e\u0301, 👩‍💻, “quotes” – and \\ $HOME \`x\` #{pane_id} %1`,
  path: (serial) => `/tmp/number-${serial} is a path, no command`,
  shell: (serial) => `!echo number ${serial} is no shell command`,
  heading: (serial) => `# Number ${serial}\n\nA heading, an empty row, a body.`,
  keys: (serial) => `Number ${serial}: Press Enter, then C-c, Escape and Up to go on`,
  mention: (serial) => `Number ${serial}: ask @work`,
  flag: (serial) => `--number ${serial} -p is no flag`,
  command: (serial) => `/help number ${serial} is no command`,
  action: (serial) => `/compact number ${serial}`,
  note: (serial) => `#number ${serial} is no note`,
  address: (serial) => `@work number ${serial} is no file`,
  both: (serial) => `!number ${serial} for @work`,
  bare: (serial) => `@number-${serial}`,
};

export function deliveries(many: number): State {
  return {
    name: "deliveries",
    wanted: "each heard once, exactly",
    only: [],
    play: on("trusting"),
    limitMs: START_MS + many * EACH_MS,
    see: (stage) => deliver(stage, many),
  };
}

async function deliver(stage: Stage, many: number): Promise<Seen> {
  const wrong = await greeted(stage);
  if (wrong !== null) return wrong;
  const kinds = Object.entries(KINDS);
  const texts = Array.from({ length: many }, (_, index) => {
    const [kind, text] = kinds[index % kinds.length] ?? ["", String];
    return { kind, text: text(index + 1) };
  });
  const refused: string[] = [];
  const receipts = new Map<string, number>();
  const begun = performance.now();
  for (const { kind, text } of texts) {
    const sent = await stage.say(NAME, text);
    if (sent.ok) tally(receipts, sent.receipt);
    else refused.push(`${kind}: ${sent.receipt}`);
    await stage.sees(() => timesSaid(stage, text) > 0, HEARD_MS);
  }
  const ms = Math.round((performance.now() - begun) / Math.max(1, many));
  const bad = texts
    .map(({ kind, text }) => ({ kind, times: timesSaid(stage, text) }))
    .filter(({ times }) => times !== 1);
  const shown = [...bad.map(({ kind, times }) => `${kind} ${times} times`), ...refused];
  const proofs = [...receipts].map(([proof, times]) => `${times} by: ${proof}`);
  const heard = `${many - bad.length} of ${many}`;
  const seen = [heard, ...proofs, ...shown.slice(0, WRONG_SHOWN)].join("; ");
  return { seen, ms, ok: shown.length === 0 };
}

/** By what showed that the words were taken. */
function tally(receipts: Map<string, number>, receipt: string): void {
  const proof = /accepted: (.*)/.exec(receipt)?.[1] ?? receipt;
  receipts.set(proof, (receipts.get(proof) ?? 0) + 1);
}
