// `npm run soak`: nights in the false world, one after another on every core, until the time is over. The program is
// soak.ts.

import { bundled } from "../bundled.mjs";

const { soak } = await bundled("sim/soak", "sim/soak");
process.exitCode = await soak(process.argv.slice(2), Date.now() % 1e9);
