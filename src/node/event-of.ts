// What finality notes and only watchers care about, as the events that they are told.
import { unreachable } from '../core/assert.ts'
import type { FinalityNote } from './finality.ts'
import type { NodeEvent } from './node-ports.ts'

/** Notes on which the node itself acts. */
type Acted = 'finalized' | 'restored' | 'misbehaved' | 'shut-out'

export function eventOf(note: Exclude<FinalityNote, { readonly note: Acted }>): NodeEvent {
  switch (note.note) {
    case 'voted':
      return { event: 'voted', vote: note.vote }
    case 'entered':
      return { event: 'entered', height: note.height, round: note.round, step: note.step }
    case 'accused':
      return { event: 'accused', equivocation: note.equivocation }
    case 'refused':
      return { event: 'refused', transaction: note.transaction, refusal: note.refusal }
    default:
      return unreachable(note)
  }
}
