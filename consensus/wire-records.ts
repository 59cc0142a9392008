// Counts the records of protobuf bytes without making an object for any of them, so that a small
// message that would unfold into a million empty records is refused before anything is allocated.
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'

/** Which fields hold records that are looked into, by field number. */
export interface WireShape {
  readonly [field: number]: WireShape
}

/**
 * The records (fields, at every level that the shape looks into) of a message; above `max` as soon
 * as it is passed.
 *
 * @throws on bytes that are no protobuf, as the reader of protobuf-es does
 */
export function recordsOf(bytes: Uint8Array, shape: WireShape, max: number): number {
  const reader = new BinaryReader(bytes)
  let records = 0
  while (reader.pos < reader.len) {
    if (++records > max) return records
    const [field, type] = reader.tag()
    if (type === WireType.StartGroup || type === WireType.EndGroup) throw new Error('a group')
    const inner = shape[field]
    if (inner !== undefined && type === WireType.LengthDelimited) {
      records += recordsOf(reader.bytes(), inner, max - records)
      if (records > max) return records
    } else reader.skip(type, field)
  }
  return records
}
