// What the program loads before it knows which verb was asked for: the price of every `agents status`.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { expect, test } from "vitest";

type Metafile = {
  readonly outputs: Readonly<
    Record<
      string,
      {
        readonly inputs: Readonly<Record<string, unknown>>;
        readonly imports: readonly { readonly path: string; readonly kind: string }[];
      }
    >
  >;
};

const SLOW = ["zod", "commander", "execa", "chokidar"];

test.runIf(existsSync("src/main.ts"))("the way to status loads no slow package", () => {
  const loaded = atOnce(metafile(), "dist/agents.mjs");
  const packages = loaded.flatMap((path) => /node_modules\/([^/]+)/.exec(path)?.[1] ?? []);
  expect(loaded).toContain("src/main.ts");
  expect(packages.filter((name) => SLOW.includes(name))).toEqual([]);
});

const metafile = (): Metafile => {
  const build = spawnSync(process.execPath, ["src/build.mjs", "--metafile"], { encoding: "utf8" });
  expect(build.stderr).toBe("");
  return JSON.parse(build.stdout) as Metafile;
};

/** Sources in the chunks that are imported without being asked for. */
const atOnce = ({ outputs }: Metafile, program: string): string[] => {
  const chunks = [program];
  for (const chunk of chunks) {
    for (const { path, kind } of outputs[chunk]?.imports ?? []) {
      if (kind === "import-statement" && path in outputs && !chunks.includes(path))
        chunks.push(path);
    }
  }
  return chunks.flatMap((chunk) => Object.keys(outputs[chunk]?.inputs ?? {}));
};
