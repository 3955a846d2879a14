// `npm run demo:tasks -- --dir D`: twelve tasks from a sentence to a merged branch, by agents that need no key. The
// program is tasks/run.ts.

import { bundled } from "../bundled.mjs";

const { run } = await bundled("e2e/tasks/run", "e2e/tasks");
process.exit(await run(process.argv.slice(2)));
