import { expect, test } from "vitest";
import { filled } from "./prompt.ts";

const slots = { phase_id: "p1", plan: "see {role} and {status}", status: "STATUS.md", role: "b" };

test("defect 33: what is put into a slot is not looked at again", () => {
  expect(filled("{plan}; {role}", slots)).toBe("see {role} and {status}; b");
});

test("defect 33: braces and unknown slots stay as they were written", () => {
  expect(filled('{{ x }} {} {unknown} ${HOME} {"a": 1} {constructor}', slots)).toBe(
    '{{ x }} {} {unknown} ${HOME} {"a": 1} {constructor}',
  );
  expect(filled("{{role}}", slots)).toBe("{b}");
});

test("a replacement pattern in a value means nothing", () => {
  expect(filled("{role}", { role: "$& $1 $$" })).toBe("$& $1 $$");
});
