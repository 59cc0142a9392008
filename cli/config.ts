// oclif's configuration, held in code instead of package.json: the command line finds its commands
// in commands.ts, from the sources under Node's own type stripping as well as from dist/.
import { Config } from '@oclif/core/config'
import { settings } from '@oclif/core/settings'
import { topics } from './commands.ts'
import { built, root, version } from './version.ts'

/**
 * @param withCommands also load every command, which help needs and a single command does not
 */
export function commandLine(withCommands: boolean): Promise<Config> {
  // Sources run as they are: oclif must not look for a transpiler.
  settings.enableAutoTranspile = false
  const target = built ? './dist/cli/help.js' : './cli/help.ts'
  return Config.load({
    root,
    ignoreManifest: true,
    pjson: {
      name: 'trustnet',
      version: version(),
      description: 'A peer-to-peer overlay in which trust decides who you route through',
      type: 'module',
      dependencies: {},
      oclif: {
        bin: 'trustnet',
        dirname: 'trustnet',
        topicSeparator: ' ',
        topics: { ...topics },
        ...(withCommands
          ? { commands: { strategy: 'explicit' as const, target, identifier: 'classes' } }
          : {}),
      },
    } as never,
  })
}
