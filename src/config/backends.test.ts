import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { laidOver, presetBackends, presetsOf } from "./backends.ts";
import { readPattern } from "./patterns.ts";

const PRESETS = readFileSync(new URL("backends.toml", import.meta.url), "utf8");
const BACKENDS = presetBackends(PRESETS, "/home/u");

test("the presets are these, each with a command and rules that compile", () => {
  expect(
    Object.entries(BACKENDS).map(([name, { bin, delivery }]) => [name, bin, delivery]),
  ).toEqual([
    ["claude", "claude", "arg"],
    ["codex", "codex --no-daemon", "arg"],
    ["opencode", "opencode", "ping"],
    ["gemini", "gemini", "arg"],
    ["demo", "{agents} demo-agent {kickoff}", "exec"],
    ["shell", "sh {kickoff}", "exec"],
  ]);
});

test("a status file stands in the home directory, and its short form is rules", () => {
  const nothing = { cause: null, text: ["waitingFor"], until: [], prompt: [] };
  expect(BACKENDS["claude"]?.signals[0]).toMatchObject({
    reader: "json_file",
    rules: [
      { ...nothing, when: { status: ["waiting"] }, says: "asking" },
      { ...nothing, when: { status: ["busy"] }, says: "busy" },
      { ...nothing, when: { status: ["idle", "shell"] }, says: "idle" },
    ],
  });
});

test("the input line gives what stands in it, and a hint is nobody's text", () => {
  const rule = "─".repeat(40);
  const screens = {
    claude: [
      `❯\u00a0said before\n\n● done\n\n${rule}\n❯\u00a0half a\n  thought\n${rule}\n  ? for shortcuts`,
      `${rule}\n❯\u00a0\n${rule}`,
      `❯\u00a0/command\n${rule}\n  Choose\n  ❯ 1. One`,
    ],
    codex: ["› said\n\n› half", "› Ask Codex to do anything"],
    gemini: [" > said\n\n\n\n\n\n\n\n >   half", " >   Type your message or @path/to/file"],
    demo: ["> said\nanswer\n> half", "> "],
  };
  const typed = Object.entries(screens).map(([name, shown]) =>
    shown.map((screen) => {
      const input = BACKENDS[name]?.input;
      if (!input) throw new Error(`${name} has no input line`);
      const found = [...screen.matchAll(new RegExp(input.re, `g${input.flags}`))].at(-1);
      return found?.groups?.["text"] ?? null;
    }),
  );
  expect(typed).toEqual([
    ["half a\n  thought", "", null],
    ["half", ""],
    ["half", ""],
    ["half", ""],
  ]);
});

test("a stanza is laid over the preset of its name key by key, also within its tables", () => {
  const preset = presetsOf(PRESETS).get("claude");
  const busy = readPattern("working");
  if (!busy.ok) throw new Error(busy.why);
  const rule = { re: busy.re, flags: busy.flags, rows: null };
  const own = {
    bin: "other",
    screen: { busy: [rule], failed: { fatal: [] } },
    keys: { dismiss: ["q"] },
  };
  expect(laidOver(preset, own)).toEqual({
    ...preset,
    bin: "other",
    screen: { ...preset?.screen, busy: [rule], failed: { ...preset?.screen?.failed, fatal: [] } },
    title: preset?.title,
    keys: { exit: ["C-c", "C-c"], dismiss: ["q"] },
  });
  expect(laidOver(undefined, own)).toBe(own);
});
