// `npm run demo:tasks -- --dir D`: twelve tasks from a sentence to a merged branch, by agents that need no key. The
// program is tasks/run.ts; here it is only bundled into dist, as deep as it lies here, so that it finds the root from
// there too.

import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));
const outfile = `${root}dist/e2e/tasks.mjs`;
const common = {
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  logLevel: "error",
};
await build({ ...common, entryPoints: [`${root}src/e2e/tasks/run.ts`], outfile });
const { run } = await import(pathToFileURL(outfile).href);
process.exit(await run(process.argv.slice(2)));
