// Every verb, by what people come for: the order of help and of README's tables. Loaded at every start, so
// it holds nothing but text and doors; a verb that is not here does not exist.

import { file } from "./verbs/file.ts";
import { house } from "./verbs/house.ts";
import { look } from "./verbs/look.ts";
import { run } from "./verbs/run.ts";
import { talk } from "./verbs/talk.ts";
import { trust } from "./verbs/trust.ts";
import { work } from "./verbs/work.ts";
import type { Verb } from "./verbs/verb.ts";

type Group = { readonly heading: string; readonly verbs: readonly Verb[] };

export const groups: readonly Group[] = [
  { heading: "Run the fleet", verbs: run },
  { heading: "See what it does", verbs: look },
  { heading: "Talk with agents, and be told", verbs: talk },
  { heading: "Phases and tasks", verbs: work },
  { heading: "Write agents.toml", verbs: file },
  { heading: "Check this machine, the file, a screen", verbs: trust },
  { heading: "Set up the shell and the system", verbs: house },
];

export const verbs: readonly Verb[] = groups.flatMap((group) => group.verbs);
