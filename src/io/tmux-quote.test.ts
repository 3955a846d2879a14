import { expect, test } from "vitest";
import { command, inFormat, inTimedFormat, list, quote, shellWord } from "./tmux-quote.ts";

test("a line feed is written as an escape between quoted pieces, so that a command stays one line", () => {
  expect(quote("it's\n$HOME")).toBe(String.raw`'it'\''s'"\n"'$HOME'`);
  expect(quote("")).toBe("''");
  expect(quote("\n")).toBe(String.raw`''"\n"''`);
});

test("a NUL is a bug of the caller", () => {
  expect(() => quote("a\0b")).toThrow("bug: a NUL cannot be part of a tmux argument");
});

test("the head of a command is tmux syntax and every word behind it is text", () => {
  expect(list(command("kill-session -t", "a;b"), command("show"))).toBe(
    "kill-session -t 'a;b' ; show",
  );
});

test("formats see doubled hashes, and a bracket that would begin a style stands alone", () => {
  expect(inFormat("#(x) #{y} ##[z] 10%")).toBe("##(x) ##{y} #####{l:[}z] 10%");
  expect(inTimedFormat("%H#")).toBe("%%H##");
});

test("a quote cannot leave a shell word", () => {
  expect(shellWord("a'b")).toBe(String.raw`'a'\''b'`);
});
