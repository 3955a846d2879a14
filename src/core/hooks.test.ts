// The settings file with hooks, as text. That its commands do what they should is tried in io/signals.test.ts.

import { expect, test } from "vitest";
import type { Backend, Signal } from "../config/config.ts";
import { hookPath, launchSignals, settingsPath } from "./hooks.ts";

const AT = { stateDir: "/s t/state", session: "t-a" };
const records = { rules: [], id: [] };
const hooks: Signal = {
  ...records,
  reader: "hook_file",
  flag: null,
  env: "TOOL_SETTINGS",
  events: ["Stop"],
  marks: ["Tool"],
  reply: "",
};
// Only the signals of a backend are asked for.
const backend = (...signals: readonly Signal[]) => ({ signals }) as unknown as Backend;

test("a backend without sources needs nothing at the start", () => {
  expect(launchSignals(backend(), AT)).toBe(null);
});

test("hooks come in a file of ours, each with a command that names the file of its session", () => {
  const made = launchSignals(backend(hooks), AT)?.hooks;
  expect([made?.path, made?.env]).toEqual([settingsPath(AT.stateDir, "t-a"), "TOOL_SETTINGS"]);
  const { hooks: by } = JSON.parse(made?.text ?? "");
  expect(Object.keys(by)).toEqual(["Tool", "Stop"]);
  const command: string = by.Stop[0].hooks[0].command;
  expect(command).toContain(`>>'${hookPath(AT.stateDir, "t-a")}'`);
  expect(command).not.toMatch(/node|jq/);
});

test("a port is asked for where one is read, and variables that paths are made of are named", () => {
  const path = ["{TOOL_HOME}/{pid}.json", "{home}/{id}.json"];
  const file: Signal = { ...records, reader: "json_file", path };
  const port: Signal = { ...records, reader: "http_json", path: "/", each: false, empty: null };
  expect(launchSignals(backend(file, port), AT)).toEqual({
    hooks: null,
    port: true,
    names: ["HOME", "TOOL_HOME"],
  });
});
