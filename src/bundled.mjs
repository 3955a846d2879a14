// A program of this repository that is no part of the package, bundled into dist and loaded from there: what it starts
// in threads and processes of its own reads no types. It lies in dist as deep as in src, and finds the root from both.

import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** `entry` below src, `name` below dist, both without an ending. */
export async function bundled(entry, name) {
  const outfile = `${root}dist/${name}.mjs`;
  await build({
    entryPoints: [`${root}src/${entry}.ts`],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    loader: { ".toml": "text", ".md": "text" },
    logLevel: "error",
  });
  return import(pathToFileURL(outfile).href);
}
