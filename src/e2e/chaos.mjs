// `npm run chaos`: a real fleet of stub agents on private tmux servers, and a monkey with a seed. The program is
// chaos/run.ts; here it is only bundled into dist, as deep as it lies here, so that it finds the root from there too.

import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));
const outfile = `${root}dist/e2e/chaos.mjs`;
const common = {
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  logLevel: "error",
};
await build({ ...common, entryPoints: [`${root}src/e2e/chaos/run.ts`], outfile });
const { run } = await import(pathToFileURL(outfile).href);
process.exitCode = await run(process.argv.slice(2));
