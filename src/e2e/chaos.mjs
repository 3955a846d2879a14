// `npm run chaos`: a real fleet of stub agents on private tmux servers, and a monkey with a seed. The program is
// chaos/run.ts.

import { bundled } from "../bundled.mjs";

const { run } = await bundled("e2e/chaos/run", "e2e/chaos");
process.exitCode = await run(process.argv.slice(2));
