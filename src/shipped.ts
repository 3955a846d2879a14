// The texts that ship with the program: the known backends, the prompts and fleet that `init` writes, and the
// labelled screens. Text only; nothing is read at run time, because the bundle carries all of it along.

import example from "../agents.example.toml";
import adversary from "../prompts/adversary.md";
import builder from "../prompts/builder.md";
import kickoff from "../prompts/kickoff.md";
import lead from "../prompts/lead.md";
import type { Shipped } from "./cli/outside.ts";
import presets from "./config/backends.toml";

export const shipped: Shipped = {
  presets,
  example,
  prompts: {
    "builder.md": builder,
    "adversary.md": adversary,
    "kickoff.md": kickoff,
    "lead.md": lead,
  },
  screens: async () => (await import("virtual:screens")).default,
};
