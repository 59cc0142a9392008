// The folders of the XDG base directory specification: one user’s data, state and
// configuration. https://specifications.freedesktop.org/basedir-spec/latest/
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

export type Environment = Readonly<Record<string, string | undefined>>

const kinds = {
  data: { variable: 'XDG_DATA_HOME', otherwise: ['.local', 'share'] },
  state: { variable: 'XDG_STATE_HOME', otherwise: ['.local', 'state'] },
  config: { variable: 'XDG_CONFIG_HOME', otherwise: ['.config'] },
} as const

/** Absolute. A relative path in the variable is ignored, as the specification asks. */
export function xdgFolder(
  kind: keyof typeof kinds,
  environment: Environment = process.env,
): string {
  const { variable, otherwise } = kinds[kind]
  const named = environment[variable]
  if (named !== undefined && isAbsolute(named)) return named
  return join(environment.HOME || homedir(), ...otherwise)
}
