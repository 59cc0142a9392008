// Requests in which every header is ours, and connections in which every byte is.
import { request } from 'node:http'
import { connect, type Socket } from 'node:net'
import type { ApiServer } from '../../src/api/server.ts'

export const token = 'a-token-for-tests'
export const own = (): Record<string, string> => ({ authorization: `Bearer ${token}` })
export const ownJson = (): Record<string, string> => ({
  ...own(),
  'content-type': 'application/json',
})

export interface Raw {
  readonly status: number
  readonly headers: NodeJS.Dict<string | string[]>
  readonly body: string
}

export function raw(
  { port }: ApiServer,
  path: string,
  headers: Record<string, string> = {},
  { method = 'GET', body }: { readonly method?: string; readonly body?: string } = {},
): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, headers, method, agent: false } as const
    const sent = request(options, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (more: string) => {
        text += more
      })
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** The code of a problem. */
export const codeIn = ({ body }: Raw): unknown => (JSON.parse(body) as { code: unknown }).code

/** A connection on which nothing was said yet. */
export function dialled({ port }: ApiServer): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket))
    socket.once('error', reject)
  })
}

/** What came on a connection until the other side ended it. */
export function untilClosed(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    socket.setEncoding('utf8')
    socket.on('data', (more: string) => {
      text += more
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(text))
  })
}
