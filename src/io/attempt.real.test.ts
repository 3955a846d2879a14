import { expect, test } from "vitest";
import { openAttempt } from "./attempt.ts";

const trial = (re: string, text: string) => ({
  rule: { re, flags: "m", rows: null },
  text,
  from: 0,
});
const endless = trial("(a+)+$", `${"a".repeat(60)}!`);

test("a match that would take for ever is broken off, and the next ones are tried all the same", () => {
  const attempt = openAttempt();
  expect(attempt([trial("a+", "aaa")], 5_000)).toBe("in time");
  const begun = performance.now();
  expect(attempt([trial("b", "b"), endless], 100)).toBe("late");
  expect(performance.now() - begun).toBeLessThan(2_000);
  expect(attempt([trial("$", "many\nempty\nmatches"), trial("a+", "aaa")], 5_000)).toBe("in time");
});

test("what was broken off takes no more of the processor", async () => {
  const attempt = openAttempt();
  expect(attempt([endless], 100)).toBe("late");
  await new Promise((resolve) => setTimeout(resolve, 300));
  const before = process.cpuUsage().user;
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(process.cpuUsage().user - before).toBeLessThan(250_000);
});
