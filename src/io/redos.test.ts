import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { presetBackends } from "../config/backends.ts";
import type { Config } from "../config/config.ts";
import { rulesOf } from "../config/rules.ts";
import { slowRules } from "./redos.ts";

const rule = (re: string, flags = "m") => ({ re, flags, rows: null });

test.each(["(a+)+$", "(\\w+\\s?)*$", "(x|x)*y", "^(.*)*!$", "(?<text>[\\s\\S]*?)*z"])(
  "a pattern that backtracks without end is found: %s",
  (re) => {
    expect(slowRules([rule(re, "im")])).toHaveLength(1);
  },
  20_000,
);

test("ordinary patterns are not, and neither is one of those that are shipped", () => {
  const presets = readFileSync(new URL("../config/backends.toml", import.meta.url), "utf8");
  const config = {
    backends: presetBackends(presets, "/h"),
    services: [],
    loops: [],
  } as unknown as Config;
  const ordinary = [
    "esc to interrupt|Running tool|\\u00b7 \\d+",
    "usage limit|limit reached|reached your .*limit",
    "^claim(?=[:\\s(]|$)",
  ];
  expect(slowRules([...ordinary.map((re) => rule(re)), ...rulesOf(config)])).toEqual([]);
});

test("a hundred patterns are tried in less than five seconds", () => {
  const many = Array.from({ length: 100 }, (_, at) => rule(`word${at} .*limit (\\d+)`));
  const begun = performance.now();
  expect(slowRules(many)).toEqual([]);
  expect(performance.now() - begun).toBeLessThan(5_000);
});
