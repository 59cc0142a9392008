// The chat in a terminal: `node examples/chat/main.ts --name ada`, then in a second terminal
// `node examples/chat/main.ts --name ben --join 'trustnet:…'` with the invite that the first one prints.
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { Chat } from './chat.ts'

const {
  name = 'somebody',
  join,
  home,
} = parseArgs({
  options: { name: { type: 'string' }, join: { type: 'string' }, home: { type: 'string' } },
}).values

const print = (line: string): void => void process.stdout.write(`${line}\n`)

const chat = await Chat.open({
  name,
  ...(join === undefined ? {} : { join }),
  ...(home === undefined ? {} : { home }),
})
print(`join with: ${chat.invite}`)
print('say something; /who lists people, /trust NAME VALUE rates one (-1 to 1), /quit leaves')

const reading = (async () => {
  for await (const { from, text } of chat.lines()) print(`${from}: ${text}`)
})()

for await (const line of createInterface({ input: process.stdin })) {
  const [word, ...rest] = line.split(' ')
  if (word === '/quit') break
  if (word === '/who') for (const person of await chat.people()) print(`  ${person}`)
  else if (word === '/trust') print((await chat.trust(rest[0] ?? '', rest[1] ?? '')) ?? '  rated')
  else if (line !== '') print(`  (${await chat.say(line)} got it)`)
}
process.stdin.destroy()
await chat.close()
await reading
