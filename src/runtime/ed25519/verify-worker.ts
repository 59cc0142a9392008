// A thread that checks batches of signatures by the network's one rule, one by one.
import { parentPort } from 'node:worker_threads'
import { verify } from './fastest.ts'
import { unpackTasks } from './verify-tasks.ts'

parentPort?.on('message', (packed: Uint8Array) => {
  const tasks = unpackTasks(packed)
  const verdicts = Uint8Array.from(tasks, ({ publicKey, message, signature }) =>
    verify(publicKey, message, signature) ? 1 : 0,
  )
  parentPort!.postMessage(verdicts)
})
