// Takes secrets out of text before it reaches the journal or the evidence. Pure. It goes by key names, by the
// shapes of known tokens and by exact values; what matches none of these it cannot know. Repetitions are
// bounded, because the text comes from agents and a slow pattern would stop the clock.

export const hidden = "[redacted]";
/** A shorter value is a word: hiding it would hide every "1" and "true" on the screen. */
export const shortestSecret = 6;

const shapes: readonly RegExp[] = [
  /\bsk-[A-Za-z0-9_-]{16,}/g,
  /\b(?:gh[opsur]_|github_pat_|glpat-|npm_|hf_|xox[abeprs]-)[A-Za-z0-9_-]{16,}/g,
  /\bA(?:KIA|SIA)[A-Z0-9]{16}\b/g,
  /\bAIza[A-Za-z0-9_-]{30,}/g,
  /\beyJ(?=([A-Za-z0-9_-]{8,1000}))\1\.[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{8,}/g,
  /\b\d{8,12}:[A-Za-z0-9_-]{30,}/g,
  /\bhttps:\/\/hooks\.slack\.com\/[\w/-]{8,200}/g,
  /\bhttps:\/\/(?:\w{1,20}\.)?discord(?:app)?\.com\/api\/webhooks\/[\w/-]{8,200}/g,
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)/g,
];
const bearer = /\b(bearer|basic)(\s+)[A-Za-z0-9._~+/=-]{8,}/gi;
const inAddress = /(:\/\/[^\s/:@]{0,100}:)[^\s/@]{1,200}(?=@)/g;
const keyed =
  /\b([A-Za-z0-9_-]{0,60}(?:TOKEN|SECRET|PASSWORD|PASSWD|API[_-]?KEY|ACCESS[_-]?KEY|PRIVATE[_-]?KEY|CREDENTIALS?)["']?\s{0,3}[=:]\s{0,3})("[^"\n]{1,2000}(?:"|$)|'[^'\n]{1,2000}(?:'|$)|[^\s"',;]{4,})/gi;
const secretKey = /(?:token|secret|password|passwd|api[_-]?key|access[_-]?key|private[_-]?key)$/i;

export function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  const exact = secrets.filter((secret) => secret.length >= shortestSecret);
  // Longest first: a secret that contains another must not leave its rest behind.
  for (const secret of exact.sort((a, b) => b.length - a.length)) {
    clean = clean.replaceAll(secret, hidden);
  }
  for (const shape of shapes) clean = clean.replace(shape, hidden);
  return clean
    .replace(bearer, `$1$2${hidden}`)
    .replace(inAddress, `$1${hidden}`)
    .replace(keyed, `$1${hidden}`);
}

/** The name alone says that its value is nobody's business. */
export function namesSecret(key: string): boolean {
  return secretKey.test(key);
}
