// Every command class at once, by oclif's ids (`trust:set`): what --help is made from, and loaded
// for nothing else.
import { commands } from './commands.ts'

export const classes: Readonly<Record<string, unknown>> = Object.fromEntries(
  await Promise.all(
    Object.entries(commands).map(
      async ([id, load]) => [id.replaceAll(' ', ':'), (await load()).default] as const,
    ),
  ),
)
