// A process that serves a node in memory at the home given, until it is asked to stop.
import { newToken, writeConnection } from '../../src/api/connection-file.ts'
import { startApi } from '../../src/api/server.ts'
import { MemoryNode } from '../api/memory-node.ts'

const [home = ''] = process.argv.slice(2)
const node = new MemoryNode(['self'])
const token = newToken()
const server = await startApi(node, { port: 0, token })
// The answer to the request comes first, then the end.
node.stop = () => void setImmediate(() => server.close())
await writeConnection(home, { url: server.url, token, pid: process.pid })
process.stdout.write('serving\n')
