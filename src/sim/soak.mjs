// `npm run soak`: nights in the false world, one after another on every core, until the time is over. The
// program is soak.ts; here it is only bundled into dist, because its workers are node's and read no types.

import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));
const outfile = `${root}dist/sim/soak.mjs`;
await build({
  entryPoints: [`${root}src/sim/soak.ts`],
  outfile,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  loader: { ".toml": "text", ".md": "text" },
  logLevel: "error",
});
const { soak } = await import(pathToFileURL(outfile).href);
process.exitCode = await soak(process.argv.slice(2), Date.now() % 1e9);
