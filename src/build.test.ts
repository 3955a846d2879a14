// What the program loads before it knows which verb was asked for: the price of every `agents status`.

import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

type Metafile = {
  readonly outputs: Readonly<
    Record<
      string,
      {
        readonly entryPoint?: string;
        readonly inputs: Readonly<Record<string, unknown>>;
        readonly imports: readonly { readonly path: string; readonly kind: string }[];
      }
    >
  >;
};

const SLOW = ["zod", "commander", "execa", "chokidar"];

test("the way to status loads no slow package", () => {
  const loaded = loadedFor(metafile(), ["src/main.ts", "src/cli/status.ts"]);
  const packages = loaded.flatMap((path) => /node_modules\/([^/]+)/.exec(path)?.[1] ?? []);
  expect(loaded).toEqual(expect.arrayContaining(["src/main.ts", "src/cli/status.ts"]));
  expect(packages.filter((name) => SLOW.includes(name))).toEqual([]);
});

const metafile = (): Metafile => {
  const build = spawnSync(process.execPath, ["src/build.mjs", "--metafile"], { encoding: "utf8" });
  expect(build.stderr).toBe("");
  return JSON.parse(build.stdout) as Metafile;
};

/** Sources in the chunks of these entries, and in all that they import without being asked. */
const loadedFor = ({ outputs }: Metafile, entries: readonly string[]): string[] => {
  const chunks = Object.keys(outputs).filter((name) =>
    entries.includes(outputs[name]?.entryPoint ?? ""),
  );
  for (const chunk of chunks) {
    for (const { path, kind } of outputs[chunk]?.imports ?? []) {
      if (kind === "import-statement" && path in outputs && !chunks.includes(path)) {
        chunks.push(path);
      }
    }
  }
  return chunks.flatMap((chunk) => Object.keys(outputs[chunk]?.inputs ?? {}));
};
