// Which screens are kept because no rule knows them, and how many.

import { expect, test } from "vitest";
import type { Config } from "../config/config.ts";
import type { Memory } from "../core/types.ts";
import { fakeDisk, textOf } from "./fake-disk.ts";
import { openUnknown, unknownKept } from "./unknown.ts";

const silence = { from: "silence", rule: "nothing says busy", line: "" };
const rule = { re: "> ", flags: "m", rows: null };

type Shown = {
  readonly text: string;
  readonly since?: number;
  readonly by?: string;
  readonly idle?: readonly unknown[];
};

const ground = () => {
  const disk = fakeDisk(() => 0);
  const unknown = openUnknown(disk.disk, "/home/dev");
  const look = (...shown: readonly Shown[]): void => {
    const at = 100_000;
    const agents = shown.map(({ idle = [rule] }, index) => ({
      name: `a${index}`,
      session: `s${index}`,
      backend: `b${idle.length}`,
    }));
    const backends = {
      b0: { name: "b0", screen: { idle: [] }, title: { idle: [] } },
      b1: { name: "b1", screen: { idle: [rule] }, title: { idle: [] } },
    };
    const config = { stateDir: "/s", services: [], agents, backends } as unknown as Config;
    const panes = shown.map(({ text, since = 0 }, index) => [
      `s${index}`,
      { title: "t", command: "c", dead: null, screen: { text, since, hash: text } },
    ]);
    const memory = shown.map(({ by = "silence" }, index) => [
      `a${index}`,
      { verdict: { is: "idle" }, evidence: [{ ...silence, from: by }] },
    ]);
    unknown.keep(config, { agents: Object.fromEntries(memory) } as unknown as Memory, {
      at,
      panes: Object.fromEntries(panes),
    });
  };
  const kept = (): string[] => {
    const listed = disk.disk.list("/s/unknown");
    return listed.ok ? listed.value.map(({ name }) => name) : [];
  };
  return { disk, look, kept };
};

test("a screen that stood and that no rule knows is kept once, whatever its numbers", () => {
  const { disk, look, kept } = ground();
  look({ text: "Welcome /home/dev\nAPI_KEY=abcdefgh1 1s" });
  look({ text: "Welcome /home/dev\nAPI_KEY=abcdefgh1 22s" });
  expect(kept()).toEqual([expect.stringMatching(/^b1-[0-9a-f]{16}\.json$/)]);
  expect(JSON.parse(textOf(disk, `/s/unknown/${kept()[0]!}`)!)).toEqual({
    schema: "agents.screen/1",
    at: "1970-01-01T00:01:40.000Z",
    backend: "b1",
    version: "",
    title: "t",
    command: "c",
    dead: null,
    processes: [],
    signals: [],
    verdict: { is: "idle" },
    evidence: [silence],
    rows: ["Welcome ~", "API_KEY=[redacted] 1s"],
  });
});

test("what a rule knows, what just moved, what is blank, and a backend without rules: nothing", () => {
  const { look, kept } = ground();
  look(
    { text: "known", by: "screen" },
    { text: "moved", since: 99_000 },
    { text: " \n " },
    { text: "no rules", idle: [] },
  );
  expect(kept()).toEqual([]);
});

test("only the newest stay", () => {
  const { look, kept } = ground();
  for (let index = 0; index < unknownKept + 9; index += 1) look({ text: "x".repeat(index + 1) });
  expect(kept().length).toBe(unknownKept);
});

test("a disk that is full troubles nobody", () => {
  const { disk, look } = ground();
  disk.room = 0;
  expect(() => look({ text: "new" })).not.toThrow();
});
