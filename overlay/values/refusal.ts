// What a put may not ask for, judged before anything is sent.
import { utf8 } from '../../src/core/bytes.ts'
import type { Answer } from '../../src/core/machine.ts'
import { valueBytesMax, valueLifeMsMax, valueLifeMsMin, valueNameBytesMax } from './limits.ts'
import type { ValuesCommand } from './message.ts'
import { isValueName } from './value.ts'

/** Why a command is refused; undefined when it may go on. */
export function refusalOf(command: ValuesCommand): Answer | undefined {
  if (command.command !== 'put-value') return undefined
  const { bytes, name, life } = command
  if (bytes.length > valueBytesMax) {
    const facts = { bytes: bytes.length, max: valueBytesMax }
    return { ok: false, code: 'value/too-large', facts }
  }
  if (name !== undefined && !isValueName(name)) {
    const facts = { bytes: utf8(name.toWellFormed()).length, max: valueNameBytesMax }
    return { ok: false, code: 'value/bad-name', facts }
  }
  if (life !== undefined && !(life >= valueLifeMsMin && life <= valueLifeMsMax)) {
    const facts = { ms: life, min: valueLifeMsMin, max: valueLifeMsMax }
    return { ok: false, code: 'value/bad-life', facts }
  }
  return undefined
}
