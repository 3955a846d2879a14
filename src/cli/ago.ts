// Lengths of time as people say them, at most two units, rounded down so that nothing looks older than it
// is. Takes both instants; it may not look at a clock.

/** "0s", "42s", "3m 10s", "2h 5m", "1d 4h". A length below zero is none. */
export const span = (ms: number): string => {
  const whole = Math.max(0, Math.floor(ms / SECOND));
  const at = UNITS.findIndex(([, seconds]) => whole >= seconds);
  const [big, small] = at < 0 ? [undefined, undefined] : [UNITS[at], UNITS[at + 1]];
  if (big === undefined) return "0s";
  const [letter, seconds] = big;
  const first = `${Math.floor(whole / seconds)}${letter}`;
  const left = small === undefined ? 0 : Math.floor((whole % seconds) / small[1]);
  return small === undefined || left === 0 ? first : `${first} ${left}${small[0]}`;
};

/** "3m 10s ago"; "now" within the first second and for what a stepped clock puts into the future. */
export const ago = (at: number, now: number): string =>
  now - at < SECOND ? "now" : `${span(now - at)} ago`;

/** "in 3m 10s"; "now" once the instant is here. Rounded up: what is due in half a second is not due yet. */
export const ahead = (at: number, now: number): string =>
  at <= now ? "now" : `in ${span(Math.ceil((at - now) / SECOND) * SECOND)}`;

const SECOND = 1000;
const UNITS: readonly (readonly [string, number])[] = [
  ["d", 86_400],
  ["h", 3600],
  ["m", 60],
  ["s", 1],
];
