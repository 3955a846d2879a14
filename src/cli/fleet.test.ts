import { expect, test } from "vitest";
import { problemsText } from "./fleet.ts";

test("of many problems the first ten are shown, and how many there are", () => {
  const problems = Array.from({ length: 12 }, (_, at) => ({
    file: "agents.toml",
    line: at + 1,
    column: 1,
    message: `wrong ${at}`,
    frame: "",
  }));
  const lines = problemsText(problems).split("\n");
  expect([lines.length, lines[9], ...lines.slice(10)]).toEqual([
    12,
    "agents.toml:10:1: wrong 9",
    "and 2 more",
    "12 problems in the configuration; nothing was changed",
  ]);
});
