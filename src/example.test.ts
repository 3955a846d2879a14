// The example that people copy: it must be right under the rules of today, to the last key.

import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

import { load } from "./config/load.ts";

test("the example fleet has no problems and no warnings", () => {
  const loaded = load({
    path: "/fleet/agents.toml",
    text: readFileSync("agents.example.toml", "utf8"),
    presets: readFileSync("src/config/backends.toml", "utf8"),
    home: "/home/u",
    env: {},
    look: (path) => {
      if (path === "/fleet" || path === "/fleet/repo") return "dir";
      return existsSync(path.replace("/fleet/", "")) ? "file" : null;
    },
  });
  expect(loaded.ok ? loaded.warnings : loaded.problems).toEqual([]);
});
