// A stable 128-bit fingerprint of text: launches are compared by it, and jitter is drawn from it.
// It keeps no secrets and proves nothing to an enemy; it must only never change between versions.

/** 32 hex digits. Works on UTF-16 units, so every string has one, lone surrogates included. */
export function hash(text: string): string {
  const lanes: [number, number, number, number] = [0x2545f491, 0x9e3779b9, 0x7f4a7c15, 0x51ed270b];
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    const [a, b, c, d] = lanes;
    lanes[0] = Math.imul(a ^ unit ^ (d >>> 15), 0x85ebca6b);
    lanes[1] = Math.imul(b ^ unit ^ (a >>> 13), 0xc2b2ae35);
    lanes[2] = Math.imul(c ^ unit ^ (b >>> 16), 0x27d4eb2f);
    lanes[3] = Math.imul(d ^ unit ^ (c >>> 14), 0x165667b1);
  }
  // Each lane depends on its neighbours, twice round, before it is shown.
  for (let round = 0; round < 8; round += 1) {
    const here = round % 4;
    const before = lanes[(here + 3) % 4] ?? 0;
    lanes[here] = mixed((lanes[here] ?? 0) ^ before ^ text.length);
  }
  return lanes.map((lane) => (lane >>> 0).toString(16).padStart(8, "0")).join("");
}

/** Between 0 and 1, the same for the same name and attempt: spreads starts without a random source. */
export function jitter(name: string, attempt: number): number {
  return Number.parseInt(hash(`${name}\n${attempt}`).slice(0, 12), 16) / 2 ** 48;
}

function mixed(lane: number): number {
  const once = Math.imul(lane ^ (lane >>> 16), 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return twice ^ (twice >>> 16);
}
