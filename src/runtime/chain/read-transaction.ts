// What a transaction of a block says, for people and programs that look at blocks.
import type { Rating } from '../../../trustchain/entry.ts'
import { decodeTransaction, type Statement } from '../../../trustchain/ledger/transactions.ts'
import { peerIdOf } from '../../core/id.ts'
import { formatTrust } from '../../core/trust.ts'
import type { PlainTransaction } from './block-views.ts'

export function readTransaction(bytes: Uint8Array): PlainTransaction {
  const decoded = decodeTransaction(bytes)
  if (!decoded.ok)
    return { kind: 'unreadable', author: null, says: `no transaction: ${decoded.rule}` }
  const { transaction } = decoded
  switch (transaction.is) {
    case 'entry':
      return { kind: 'entry', author: transaction.entry.authorId, says: saidIn(transaction.entry) }
    case 'fork-proof':
      return { kind: 'fork-proof', author: null, says: 'two entries of one author contradict' }
    case 'evidence':
      return { kind: 'evidence', author: null, says: 'a member signed two things' }
    case 'signed': {
      const { statement, authorId } = transaction
      return { kind: statement.is, author: authorId, says: stated(statement) }
    }
    case 'roots':
      return {
        kind: 'roots',
        author: null,
        says: `${transaction.roots.length} roots of standing, version ${transaction.version}`,
      }
  }
}

function saidIn({ opinion, subject, overlay, seq }: Rating): string {
  const what =
    opinion.is === 'trust'
      ? formatTrust(opinion.value)
      : `${opinion.halves / 2} stars for ${opinion.category}`
  return `entry ${seq}: rates ${peerIdOf(subject)} ${what} in ${overlay}`
}

function stated(statement: Statement): string {
  switch (statement.is) {
    case 'registration':
      return `is ${statement.owner === '' ? 'nameless' : statement.owner}, at ${statement.addresses.join(' ') || 'no address'}, ${statement.willing ? 'willing' : 'not willing'} to serve`
    case 'report':
      return `heard of ${statement.heard.length} nodes (page ${statement.page})`
    case 'ready':
      return 'is ready to take its seat'
    case 'succession':
      return `hands its name over to ${peerIdOf(statement.successor)}`
  }
}
