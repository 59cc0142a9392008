// A rolling hash over everything the simulated nodes saw and did. Two runs of one scenario and
// seed must end with the same digest: that is the test of determinism. Not for security.

const scratch = new DataView(new ArrayBuffer(8))

/** A 32-bit hash of a text (FNV-1a over UTF-16 units). */
export function hashText(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/** A 32-bit hash of bytes (FNV-1a). */
export function hashBytes(bytes: Uint8Array): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193)
  return hash >>> 0
}

export class RollingDigest {
  // Two lanes with different multipliers: 64 bits in all.
  #low = 0x9e3779b9 | 0
  #high = 0x7f4a7c15 | 0
  readonly #texts = new Map<string, number>()

  /** Takes in one 32-bit number. */
  number(value: number): void {
    const low = Math.imul(this.#low ^ value, 0x85ebca6b)
    const high = Math.imul(this.#high ^ value, 0xc2b2ae35)
    this.#low = low ^ (low >>> 15)
    this.#high = (high ^ (high >>> 13)) + this.#low
  }

  /** Takes in all 64 bits of a double, such as a virtual time. */
  double(value: number): void {
    scratch.setFloat64(0, value)
    this.number(scratch.getInt32(0))
    this.number(scratch.getInt32(4))
  }

  /** Takes in a text that recurs (a timer's name, a tag). */
  name(text: string): void {
    this.number(this.hashOf(text))
  }

  /** `hashText` of a text that recurs: it is remembered. */
  hashOf(text: string): number {
    let hash = this.#texts.get(text)
    if (hash === undefined) {
      hash = hashText(text)
      // Timers may be named after requests: keep the table from growing without end.
      if (this.#texts.size < 10_000) this.#texts.set(text, hash)
    }
    return hash
  }

  /** 16 hex digits. */
  get text(): string {
    const digits = (lane: number): string => (lane >>> 0).toString(16).padStart(8, '0')
    return digits(this.#high) + digits(this.#low)
  }
}
