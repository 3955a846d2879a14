// `npm run e2e`: real coding agents against a false API. The program is clis/run.ts.

import { bundled } from "../bundled.mjs";

const { run } = await bundled("e2e/clis/run", "e2e/clis");
process.exit(await run(process.argv.slice(2)));
