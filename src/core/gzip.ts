// Is something packed with gzip? Told by its first two bytes, not by its name (RFC 1952, 2.3.1).

const magic = [0x1f, 0x8b] as const

/** Bytes to look at. */
export const gzipMagicBytes = magic.length

export const isGzip = (head: ArrayLike<number>): boolean =>
  magic.every((byte, i) => head[i] === byte)
