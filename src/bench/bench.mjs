// `npm run bench`: what `agents` costs beside a supervisor that starts a process for every question, on this
// machine and in one run. Private tmux servers and directories, all ended; nothing is written into the repository.

import { spawnSync } from "node:child_process";
import { cpus, release } from "node:os";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { openGround } from "./ground.mjs";
import { deaths, down, firstOutputLost, quantile, statusWall, steady, up } from "./ours.mjs";
import { forkTicks, referenceTicks } from "./peers.mjs";

const USAGE = `Usage: npm run bench -- [--agents N[,N…]] [--ticks N] [--reference PATH] [--json]

  --agents N[,N…]   sizes of the fleet (default 200)
  --ticks N         seconds over which the steady watchdog is measured (default 20)
  --reference PATH  compare with this agents.py; without it, with a process per query
  --json            print a document, not a table
`;
const root = fileURLToPath(new URL("../..", import.meta.url));
const PEER_TICKS = 5;
const DEATHS = 30;
const DEATH_FLEET = 50;
const STATUS_TIMES = 15;

const open = new Set();
const withGround = async (count, work) => {
  const ground = openGround(count);
  open.add(ground);
  try {
    return await work(ground);
  } finally {
    open.delete(ground);
    ground.clear();
  }
};

/** One size of fleet: ours, then the peer's. */
const compare = async (count, { ticks, reference }) => {
  const ours = await withGround(count, async (ground) => {
    const upMs = up(ground);
    const lost = firstOutputLost(ground);
    return {
      upMs,
      lost,
      ...(await steady(ground, ticks)),
      ...statusWall(ground, STATUS_TIMES),
      downMs: down(ground),
    };
  });
  const peer = await withGround(count, (ground) =>
    reference === null
      ? forkTicks(ground, { count, ticks: PEER_TICKS })
      : referenceTicks(ground, { reference, ticks: PEER_TICKS }),
  );
  return { agents: count, ours, peer };
};

const deathsSeen = () =>
  withGround(DEATH_FLEET, async (ground) => {
    up(ground);
    const seen = await deaths(ground, DEATHS);
    const status = statusWall(ground, STATUS_TIMES);
    down(ground);
    return {
      agents: DEATH_FLEET,
      p50Ms: quantile(seen, 0.5),
      p99Ms: quantile(seen, 0.99),
      maxMs: Math.max(...seen),
      ...status,
    };
  });

const tableOf = ({ machine, fleets, death }) => {
  const rows = fleets.flatMap(({ agents, ours, peer }) => [
    [`${agents} agents`, "agents", peer.name, "ratio", "wanted"],
    [
      "CPU per tick, steady",
      ms(ours.cpuMs),
      ms(peer.cpuMs),
      share(ours.cpuMs, peer.cpuMs),
      "≤ 1/100",
    ],
    ["  of it: node, tmux server", `${ms(ours.nodeMs)}, ${ms(ours.serverMs)}`, "", "", ""],
    ["forks per tick", number(ours.forks), number(peer.forks), "", "0"],
    ["first output lost", `${ours.lost} of ${agents}`, "", "", "0"],
    ["up, wall", ms(ours.upMs), ms(peer.upMs), share(ours.upMs, peer.upMs), ""],
    ["down, wall", ms(ours.downMs), ms(peer.downMs), share(ours.downMs, peer.downMs), ""],
    ["status, wall", ms(ours.statusMs), ms(peer.statusMs), share(ours.statusMs, peer.statusMs), ""],
    [
      "memory of the watchdog",
      ours.residentMb === null ? "n/a" : `${ours.residentMb.toFixed(0)} MB`,
      "",
      "",
      "≤ 80 MB",
    ],
    ["", "", "", "", ""],
  ]);
  const more = [
    [`${death.agents} agents`, "agents", "", "ratio", "wanted"],
    [
      "death seen: p50, p99, max",
      [death.p50Ms, death.p99Ms, death.maxMs].map(ms).join(", "),
      "",
      "",
      "max ≤ 250 ms",
    ],
    [
      "status, wall, beside node -e 0",
      `${ms(death.statusMs)}, ${ms(death.bareMs)}`,
      "",
      (death.statusMs / death.bareMs).toFixed(2),
      "≤ 1.6",
    ],
  ];
  return `${machine}\n\n${columns([...rows, ...more])}`;
};

const columns = (rows) => {
  const widths = [0, 1, 2, 3, 4].map((at) => Math.max(...rows.map((row) => row[at].length)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, at) => cell.padEnd(widths[at]))
          .join("   ")
          .trimEnd()}\n`,
    )
    .join("");
};

const ms = (value) =>
  value === null || value === undefined
    ? "n/a"
    : value < 100
      ? `${value.toFixed(1)} ms`
      : `${Math.round(value)} ms`;
const number = (value) => (value === null ? "n/a" : String(Math.round(value * 10) / 10));
const share = (ours, peer) =>
  ours === null || peer === null
    ? ""
    : ours < peer
      ? `1/${Math.round(peer / ours)}`
      : (ours / peer).toFixed(1);

const bench = async () => {
  const { values } = parseArgs({
    options: {
      agents: { type: "string", default: "200" },
      ticks: { type: "string", default: "20" },
      reference: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const sizes = values.agents.split(",").map(Number);
  const ticks = Number(values.ticks);
  if (values.help || [...sizes, ticks].some((each) => !Number.isInteger(each) || each < 1)) {
    (values.help ? process.stdout : process.stderr).write(USAGE);
    return values.help ? 0 : 2;
  }
  if (
    spawnSync(process.execPath, ["src/build.mjs"], { cwd: root, stdio: ["ignore", 2, 2] })
      .status !== 0
  )
    return 1;
  const reference = values.reference === undefined ? null : resolve(values.reference);
  const fleets = [];
  for (const count of sizes) fleets.push(await compare(count, { ticks, reference }));
  const machine = `node ${process.versions.node}, ${process.platform} ${release()}, ${cpus().length} × ${cpus()[0]?.model ?? "?"}`;
  const result = {
    schema: "agents.bench/1",
    at: new Date().toISOString(),
    machine,
    fleets,
    death: await deathsSeen(),
  };
  process.stdout.write(values.json ? `${JSON.stringify(result, null, 2)}\n` : tableOf(result));
  return 0;
};

for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.once(name, () => {
    for (const ground of open) ground.clear();
    process.kill(process.pid, name);
  });
}

process.exitCode = await bench();
