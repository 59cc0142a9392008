// How a batch of signatures to check travels to a worker thread: one buffer, for each task the key
// (32 bytes), the signature (64), the message's length (4, big-endian) and the message.
import type { PublicKey } from '../../core/id.ts'

export interface VerifyTask {
  readonly publicKey: PublicKey
  readonly message: Uint8Array
  /** 64 bytes. */
  readonly signature: Uint8Array
}

const headBytes = 32 + 64 + 4

export function packTasks(tasks: readonly VerifyTask[]): Uint8Array {
  const size = tasks.reduce((sum, { message }) => sum + headBytes + message.length, 0)
  const packed = new Uint8Array(size)
  const view = new DataView(packed.buffer)
  let at = 0
  for (const { publicKey, message, signature } of tasks) {
    packed.set(publicKey.subarray(0, 32), at)
    packed.set(signature.subarray(0, 64), at + 32)
    view.setUint32(at + 96, message.length)
    packed.set(message, at + headBytes)
    at += headBytes + message.length
  }
  return packed
}

export function unpackTasks(packed: Uint8Array): VerifyTask[] {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength)
  const tasks: VerifyTask[] = []
  for (let at = 0; at < packed.length; ) {
    const length = view.getUint32(at + 96)
    tasks.push({
      publicKey: packed.subarray(at, at + 32),
      signature: packed.subarray(at + 32, at + 96),
      message: packed.subarray(at + headBytes, at + headBytes + length),
    })
    at += headBytes + length
  }
  return tasks
}
