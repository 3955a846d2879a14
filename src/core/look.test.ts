// A look taken apart; what is made of the parts is judge.test.ts's.

import { expect, test } from "vitest";
import { BACKENDS, fleetConfig } from "../sim/fleet.ts";
import { paneOf, SCREENS, screenOf } from "../sim/scene.ts";
import { lookAt, type Setting } from "./look.ts";
import type { SignalSeen } from "./signals.ts";

const HEAD = `[defaults]\nsession_prefix = "t-"\nlog_dir = "l"\n`;
const TITLED = `[backend.titled]\nbin = "titled"
[backend.titled.title]\nbusy = ["work"]\nidle = ["work", "rest"]\nasking = ["rest"]\n`;
const { backends } = fleetConfig(`${HEAD}${BACKENDS}${TITLED}`);
const setting = (name = "talker"): Setting => {
  const backend = backends[name];
  if (backend === undefined) throw new Error(`no ${name}`);
  const rest = { others: [], at: 0, zone: "UTC", banner: null, processSeen: true };
  return { backend, ...rest, stallGraceMs: 0, starting: false };
};
const source = (more: Partial<SignalSeen>): SignalSeen => ({
  from: "json_file",
  is: "fresh",
  says: "idle",
  value: "",
  text: null,
  until: null,
  cause: null,
  at: 0,
  silent: false,
  ...more,
});

test("the input line and the end of the last prompt are found", () => {
  const text = `> go on\n${SCREENS.idle}`;
  const look = lookAt({ ...paneOf("a", "r", 0), screen: screenOf(text, 0) }, setting());
  expect([look.input?.groups["text"], text.slice(look.prompt).split("\n")[1]]).toEqual([
    "",
    "● done",
  ]);
});

test("of what a title says, work comes first and rest comes last", () => {
  const says = (title: string): string | undefined =>
    lookAt({ ...paneOf("a", "r", 0), title }, setting("titled")).title?.says;
  expect(["work", "rest", "x"].map(says)).toEqual(["busy", "asking", undefined]);
});

test("the best source is the first that says something; all that do are kept", () => {
  const sources = [
    source({ is: "stale", says: null }),
    source({ from: "hook_file", says: "busy" }),
    source({ from: "osc" }),
  ];
  const signals = { sources, id: null, prompts: [] };
  const { signal, told } = lookAt({ ...paneOf("a", "r", 0), signals }, setting());
  expect([signal?.from, told.map(({ from }) => from)]).toEqual(["hook_file", ["hook_file", "osc"]]);
});
