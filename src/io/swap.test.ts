import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { expect, onTestFinished, test } from "vitest";
import { swapText } from "./swap.ts";

const place = (): string => {
  const dir = mkdtempSync(`${tmpdir()}/agents-swap-`);
  onTestFinished(() => rmSync(dir, { recursive: true }));
  writeFileSync(`${dir}/real.toml`, "old", { mode: 0o640 });
  symlinkSync("real.toml", `${dir}/agents.toml`);
  return dir;
};

test("a link stays a link, and the file keeps its mode", () => {
  const dir = place();
  const swapped = swapText(`${dir}/agents.toml`, { before: "old", after: "new" });
  expect(swapped).toEqual({ ok: true, value: null });
  expect(lstatSync(`${dir}/agents.toml`).isSymbolicLink()).toBe(true);
  expect(readFileSync(`${dir}/real.toml`, "utf8")).toBe("new");
  expect(statSync(`${dir}/real.toml`).mode & 0o777).toBe(0o640);
  expect(readdirSync(dir)).toEqual(["agents.toml", "real.toml"]);
});

test("what somebody else wrote meanwhile is not written over", () => {
  const dir = place();
  const swapped = swapText(`${dir}/agents.toml`, { before: "older", after: "new" });
  expect(swapped.ok).toBe(false);
  expect(readFileSync(`${dir}/real.toml`, "utf8")).toBe("old");
});
