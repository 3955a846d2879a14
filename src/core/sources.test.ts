import { expect, test } from "vitest";
import { look, running } from "../sim/scene.ts";

const ONE = `[[agent]]\nname = "a"\nwatch = "heal"\n`;

test("what each source said is kept, and a word that goes on costs no write", () => {
  const told = { value: "x", text: "why", until: null, cause: null, silent: false } as const;
  const at = 1_000;
  const signals = (value: string) =>
    ({
      id: null,
      prompts: [],
      sources: [
        { ...told, from: "json_file", is: "fresh", says: "busy", value, at },
        { ...told, from: "title", is: "mute", says: null, at: null },
        { ...told, from: "hook_file", is: "fresh", says: "asking", at },
      ],
    }) as const;
  const first = look(running(ONE), 1000, { panes: { a: { signals: signals("Bash") } } });
  expect(first.agent("a").sources).toEqual([
    { from: "json_file", is: "fresh", says: "busy", at, silent: false, line: "" },
    { from: "hook_file", is: "fresh", says: "asking", at, silent: false, line: "why" },
  ]);
  const second = look(first, 1000, { panes: { a: { signals: signals("Read") } } });
  const third = look(second, 1000, { panes: { a: { signals: signals("Edit") } } });
  expect(third.agent("a")).toBe(second.agent("a"));
});
