import { expect, test } from "vitest";
import { verdictIn } from "./verdict.ts";

test.each([
  ["VERDICT: approve", "approve"],
  ["**Verdict:** approved", "approve"],
  ["## Review\n\n- REVIEW_VERDICT: request-changes\n", "changes"],
  ["> `verdict`: CHANGES", "changes"],
  ["verdict = stuck", "stuck"],
  ["Verdict: approve\n\nVerdict: approve", "approve"],
])("%j says %s", (text, verdict) => {
  expect(verdictIn(text)).toBe(verdict);
});

test.each([
  "",
  "I approve of this.",
  "The verdict: it depends",
  "VERDICT: approve\nVERDICT: changes",
  "VERDICT: approve, or perhaps not\nVERDICT: none",
  "Write `VERDICT: approve` at the end:\n```\nVERDICT: approve\n```\n",
  "VERDICT:",
  "no verdict: approve",
])("%j is no verdict, and so no approval", (text) => {
  expect(verdictIn(text)).toBeNull();
});

test("failure 24: a verdict that is only quoted is nobody's, and one word of it never becomes another", () => {
  const quoted = "> VERDICT: changes\n\n~~~\nVERDICT: approve\n~~~\n";
  expect(verdictIn(quoted)).toBe("changes");
  expect(verdictIn(`${quoted}VERDICT: approve\n`)).toBeNull();
});
