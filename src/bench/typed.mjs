// `up` of agents whose prompt is typed, and whose program takes a while until it reads: how long, and whether all
// of them were told. The reference starts one after another: a few are measured, and multiplied.

import { readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { row } from "./figures.mjs";
import { READY_S, TYPIST, typedFleet } from "./fleets.mjs";
import { pythonOf } from "./peers.mjs";
import { down, up } from "./program.mjs";

/** Of the reference; each takes it as long as any other. */
const SAMPLE = 2;
const TOLD_LIMIT_MS = 20_000;
const LOOK_MS = 100;
const BEYOND_S = 3;

export const typedRows = async ({ withGround, count, reference }) => {
  const ours = await withGround(typedFleet(count), async (ground) => {
    writeFileSync(join(ground.dir, "typist.sh"), TYPIST);
    const begun = Date.now();
    const upMs = await up(ground);
    for (const end = Date.now() + TOLD_LIMIT_MS; filesOf(ground, "read").length < count;) {
      if (Date.now() > end) break;
      await sleep(LOOK_MS);
    }
    const [ready, told] = ["ready", "read"].map((name) => filesOf(ground, name));
    await down(ground);
    const last = (files) => Math.max(...files.map((at) => at - begun));
    return { upMs, readyMs: last(ready), toldMs: last(told), untold: count - told.length };
  });
  const peerMs =
    reference === null
      ? null
      : await withGround(typedFleet(SAMPLE), async (ground) => {
          writeFileSync(join(ground.dir, "typist.sh"), TYPIST);
          const python = await pythonOf(ground);
          const ran = await ground.run(python, reference, "up", "--config", ground.config);
          await ground.run(python, reference, "down", "--config", ground.config);
          return (ran.wallMs * count) / SAMPLE;
        });
  const wanted = { atMost: (READY_S + BEYOND_S) * 1000 };
  return [
    row({
      what: `up, wall (reference: ${SAMPLE}, multiplied)`,
      unit: "ms",
      ours: ours.upMs,
      peer: peerMs,
      wanted,
    }),
    row({ what: "  the slowest program read its terminal at", unit: "ms", ours: ours.readyMs }),
    row({ what: "  the last prompt was read at", unit: "ms", ours: ours.toldMs, wanted }),
    row({ what: "agents that were not told", ours: ours.untold, wanted: { atMost: 0 } }),
  ];
};

/** When each file whose name begins so was made. */
const filesOf = (ground, name) =>
  readdirSync(ground.dir)
    .filter((file) => file.startsWith(`${name}-`))
    .map((file) => statSync(join(ground.dir, file)).mtimeMs);
