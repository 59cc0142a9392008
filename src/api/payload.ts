// The bytes that a request brings, as text or as base64.
import { fromString } from 'uint8arrays/from-string'
import { utf8 } from '../core/bytes.ts'
import { Failure } from '../core/failure.ts'

export interface Payload {
  readonly text?: string
  readonly base64?: string
}

/** @throws Failure `api/bad-request` unless it is one of the two, and well formed */
export function payloadOf({ text, base64 }: Payload): Uint8Array {
  if ((text === undefined) === (base64 === undefined))
    throw new Failure('api/bad-request', { why: 'it takes text or base64, one of them' })
  return text === undefined ? decoded(base64 ?? '') : utf8(text)
}

function decoded(base64: string): Uint8Array {
  try {
    return fromString(base64.replace(/=+$/, ''), 'base64')
  } catch {
    throw new Failure('api/bad-request', { why: 'base64 is cut or not base64' })
  }
}
