import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { presetBackends } from "../config/backends.ts";
import { BACKENDS, fleetConfig } from "../sim/fleet.ts";
import { look, running, SCREENS } from "../sim/scene.ts";
import { closes, isMenuOpen } from "./menu.ts";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
const backends = presetBackends(read("../config/backends.toml"), "/home/dev");
const HEAD = `[defaults]\nsession_prefix = "t-"\nlog_dir = "l"\n`;
const scene = running(`[[agent]]\nname = "a"\nwatch = "heal"\n`);

function opens(cli: string, file: string): boolean {
  const backend = backends[cli];
  if (backend === undefined) throw new Error(`no preset for ${cli}`);
  const pane = look(scene, 1000, { screens: { a: read(`screens/${file}`) } }).panes["t-a"];
  if (pane === undefined) throw new Error("no pane");
  return isMenuOpen(backend, pane);
}

test("the menus that open by themselves at a usage limit are seen, and only while they stand", () => {
  expect(
    [
      ["claude", "claude-2.1.197/limit-5h-dialog.txt"],
      ["codex", "codex-0.169.0/limit-5h.txt"],
      ["gemini", "gemini-0.61.0/limit-429.txt"],
      ["claude", "claude-2.1.197/limit-5h-after-enter.txt"],
      ["claude", "claude-2.1.197/idle.txt"],
      ["codex", "codex-0.169.0/idle-after-turn.txt"],
      ["gemini", "gemini-0.61.0/idle.txt"],
    ].map(([cli = "", file = ""]) => opens(cli, file)),
  ).toEqual([true, true, true, false, false, false, false]);
});

test("a question above an input line was answered", () => {
  const { talker } = fleetConfig(`${HEAD}${BACKENDS}`).backends;
  const open = [SCREENS.asking, `${SCREENS.asking}\n${SCREENS.idle}`].map((text) => {
    const pane = look(scene, 1000, { screens: { a: text } }).panes["t-a"];
    return talker !== undefined && pane !== undefined && isMenuOpen(talker, pane);
  });
  expect(open).toEqual([true, false]);
});

test("what cannot be seen shows no menu", () => {
  const { claude } = backends;
  expect(claude !== undefined && (isMenuOpen(claude, "gone") || isMenuOpen(claude, "unseen"))).toBe(
    false,
  );
});

test("a menu that no key closes is left by the choice that its backend names, come to by the pointer", () => {
  const { gemini, claude } = backends;
  if (gemini === undefined || claude === undefined) throw new Error("no preset");
  const menu = read("screens/gemini-0.61.0/limit-429.txt");
  const moved = menu.replace("● 1.", "  1.").replace("  2. Stop", "● 2. Stop");
  const keys = [menu, moved, menu.replace("Stop", "Pay")].map((text) => {
    const pane = look(scene, 1000, { screens: { a: text } }).panes["t-a"];
    return pane === undefined ? null : closes(gemini, pane, 0)?.keys;
  });
  expect(keys).toEqual([["Down"], ["Enter"], undefined]);
  const idle = look(scene, 1000, { screens: { a: SCREENS.idle } }).panes["t-a"];
  expect(idle && closes(claude, idle, 0)).toEqual({ keys: ["Escape"] });
});
