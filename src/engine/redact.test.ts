// Planted keys do not come out of redact; ordinary text does, unchanged; and no text makes it slow.

import fc from "fast-check";
import { expect, test } from "vitest";
import { hidden, namesSecret, redact } from "./redact.ts";

const rows: readonly (readonly [string, string])[] = [
  ["OPENAI_API_KEY=abcd1234efgh", `OPENAI_API_KEY=${hidden}`],
  ['export GH_TOKEN="two words"', `export GH_TOKEN=${hidden}`],
  ['{"db_password": "hunter22"}', `{"db_password": ${hidden}}`],
  ["x-api-key: 0123456789", `x-api-key: ${hidden}`],
  ["key is sk-ant-api03-AAAAbbbbCCCCdddd now", `key is ${hidden} now`],
  [`push with ghp_${"a1".repeat(18)}.`, `push with ${hidden}.`],
  ["Authorization: Bearer abc.def-ghi_jkl", `Authorization: Bearer ${hidden}`],
  ["https://me:s3cret@example.org/x", `https://me:${hidden}@example.org/x`],
  ["AKIAABCDEFGHIJKLMNOP", hidden],
  ["-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----\nend", `${hidden}\nend`],
  ["-----BEGIN PRIVATE KEY-----\nscrolled away", hidden],
  ['DB_PASSWORD="the screen ends in the midd', `DB_PASSWORD=${hidden}`],
  [`bot 123456789:${"Ab".repeat(17)}z`, `bot ${hidden}`],
  ["post to https://hooks.slack.com/services/T0/B0/xyz now", `post to ${hidden} now`],
  ["https://discord.com/api/webhooks/1234/ab-CD_ef", hidden],
];

test.each(rows)("%j is redacted", (text, clean) => {
  expect(redact(text, [])).toBe(clean);
});

test.each([
  "↓ 12.4k tokens · esc to interrupt",
  "max_tokens: 4096",
  "the task-force asked for a risk-assessment",
  "You've hit your session limit · resets 4:20am (Europe/Warsaw)",
  "commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b by the author: Jane",
])("%j stays as it is", (text) => {
  expect(redact(text, [])).toBe(text);
});

test("an exact value never survives, also when one secret contains another", () => {
  const secret = fc.string({ minLength: 6, maxLength: 12, unit: "grapheme-ascii" });
  fc.assert(
    fc.property(secret, secret, fc.string(), fc.string(), (one, two, before, after) => {
      fc.pre(!hidden.includes(one) && !hidden.includes(one + two));
      fc.pre(!`${before}${hidden}${after}`.includes(one));
      expect(redact(`${before}${one}${two}${after}`, [one, one + two])).not.toContain(one);
    }),
  );
});

test("a short value is a word, not a secret", () => {
  expect(redact("debug is on: true", ["true", "on"])).toBe("debug is on: true");
});

test("hostile text of an evidence file's size is cleaned in well under a second", () => {
  for (const piece of ["TOKEN", "token_", "-eyJaaaaaaaa", "sk-", "://a:", "a-", "bearer "]) {
    const text = piece.repeat(262_144 / piece.length);
    const begin = performance.now();
    redact(text, []);
    expect(performance.now() - begin).toBeLessThan(1500);
  }
});

test("a key that names a secret is known by its end", () => {
  expect(["GH_TOKEN", "apiKey", "client-secret", "tokens", "author"].map(namesSecret)).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
});
