// `npm run bench`: what `agents` costs and how quick it is, on this machine and in one run with a supervisor that
// starts a process for every question. Private tmux servers and directories, all ended; nothing is written into
// the repository but the build, and the file that --json is told to be.

import { rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { tableOf } from "./figures.mjs";
import { openGround, scratchDir } from "./ground.mjs";
import { LANES, laneNames } from "./lanes.mjs";
import { attempt } from "./proc.mjs";
import { copyOfProgram } from "./program.mjs";

const USAGE = `Usage: npm run bench -- [--agents N[,N…]] [--quick] [--lanes NAME[,NAME…]]
                      [--reference PATH] [--program PATH] [--json] [--out FILE]

  --agents N[,N…]   sizes of the fleet for the cost of a tick (default 10,50,200,500)
  --quick           200 agents only, fewer of everything
  --lanes NAME,…    only these: ${laneNames.join(", ")}
  --reference PATH  compare with this agents.py; without it, with a process per query
  --program PATH    measure this agents.cjs, chunks beside it, and not a fresh build
  --json            print a document, not a table
  --out FILE        write the document there as well
`;

const open = new Set();
const clearAll = () => {
  for (const one of open) one.clear();
  open.clear();
};

const withGround = (program) => async (toml, work) => {
  const ground = openGround({ program, toml });
  open.add(ground);
  try {
    return await work(ground);
  } finally {
    open.delete(ground);
    ground.clear();
  }
};

const wishes = () => {
  const text = { type: "string" };
  const flag = { type: "boolean", default: false };
  const options = { agents: text, quick: flag, lanes: text, reference: text, program: text };
  const { values } = parseArgs({
    options: { ...options, json: flag, out: text, help: { ...flag, short: "h" } },
  });
  const sizes = (values.agents ?? (values.quick ? "200" : "10,50,200,500")).split(",").map(Number);
  const lanes = values.lanes?.split(",") ?? laneNames;
  const wrong =
    sizes.some((each) => !Number.isInteger(each) || each < 1) ||
    lanes.some((name) => !laneNames.includes(name));
  return { ...values, sizes, lanes, wrong };
};

/** Every lane is run, whatever became of the one before. */
const groupsOf = async (lanes, asked, tell) => {
  const groups = [];
  for (const { name, work } of lanes) {
    process.stderr.write(`bench: ${name}\n`);
    const begun = performance.now();
    const group = await work(asked).then(
      (rows) => ({ rows, broke: null }),
      (error) => ({ rows: [], broke: error instanceof Error ? error.message : String(error) }),
    );
    const seconds = Math.round((performance.now() - begun) / 1000);
    groups.push({ name, seconds, ...group });
    tell(groups.at(-1));
  }
  return groups;
};

/** Of the last minute: who else works here shows in every figure that is a time. */
const load = () => Math.round((loadavg()[0] ?? 0) * 10) / 10;

const bench = async () => {
  const wish = attempt(wishes) ?? { wrong: true };
  if (wish.help || wish.wrong) {
    (wish.help ? process.stdout : process.stderr).write(USAGE);
    return wish.help ? 0 : 2;
  }
  const dir = scratchDir();
  open.add({ clear: () => rmSync(dir, { recursive: true, force: true }) });
  const program = copyOfProgram(wish.program === undefined ? null : resolve(wish.program), dir);
  if (program === null) return 1;
  const reference = wish.reference === undefined ? null : resolve(wish.reference);
  const lanes = LANES.filter(({ lane }) => wish.lanes.includes(lane)).flatMap(({ groups }) =>
    groups(wish.sizes, wish.quick),
  );
  const peer = reference === null ? "a fork per query" : "reference";
  const machine = `node ${process.versions.node}, ${process.platform} ${release()}, ${cpus().length} × ${cpus()[0]?.model ?? "?"}`;
  const loadBefore = load();
  const say = wish.json ? () => undefined : (text) => process.stdout.write(text);
  say(`${machine}, load ${loadBefore}\n`);
  const groups = await groupsOf(lanes, { withGround: withGround(program), reference }, (group) =>
    say(`\n${tableOf(group, peer)}`),
  );
  const at = new Date().toISOString();
  const loads = { before: loadBefore, after: load() };
  const document = { schema: "agents.bench/2", at, machine, load: loads, peer, groups };
  const json = `${JSON.stringify(document, null, 2)}\n`;
  if (wish.out !== undefined) writeFileSync(resolve(wish.out), json);
  if (wish.json) process.stdout.write(json);
  say(`\nload ${loads.after}\n`);
  return groups.some(({ broke }) => broke !== null) ? 1 : 0;
};

for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.once(name, () => {
    clearAll();
    process.kill(process.pid, name);
  });
}

try {
  process.exitCode = await bench();
} finally {
  clearAll();
}
