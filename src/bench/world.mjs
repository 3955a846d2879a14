// How much of the false world can be lived through in a second: `npm run soak`, for a short while, on nights that
// are the same in every run.

import { row } from "./figures.mjs";
import { root } from "./program.mjs";
import { join } from "node:path";

const SEED = "1";
const HOURS = "2";
const HOURS_OF_DAY = 24;

export const worldRows = ({ withGround, seconds }) =>
  withGround("", async (ground) => {
    const soak = join(root, "src/sim/soak.mjs");
    const minutes = String(seconds / 60);
    const asked = ["--minutes", minutes, "--hours", HOURS, "--seed", SEED];
    const ran = await ground.run(process.execPath, soak, ...asked);
    const hours = Number(/^simulated agent-hours +(\d+)/m.exec(ran.out)?.[1]);
    const violations = Number(/^violations +(\d+)/m.exec(ran.out)?.[1]);
    if (Number.isNaN(hours + violations)) throw new Error(`soak: ${ran.err}${ran.out}`);
    const ours = hours / HOURS_OF_DAY / (ran.wallMs / 1000);
    return [
      row({ what: "simulated agent-days per second, with faults", ours }),
      row({ what: "violations", ours: violations, wanted: { atMost: 0 } }),
    ];
  });
