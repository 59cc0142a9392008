// `trustnet experiment show`: a preset or a scenario file with every default written out, or the
// JSON schema of scenario files.
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { Failure } from '../../../src/core/failure.ts'
import { BaseCommand } from '../../base-command.ts'
import { schema, shown } from '../../experiment/catalogue.ts'
import { setFlag } from '../../experiment/words.ts'

export default class ExperimentShow extends BaseCommand {
  static override summary = 'a scenario with every default written out, as YAML'
  static override description =
    'What it prints is a scenario file: keep it, change it, run it. --schema prints the JSON schema of such files, for editors and generators.'
  static override examples = [
    '<%= config.bin %> experiment show flood > my-flood.yaml',
    '<%= config.bin %> experiment show flood --set graph.nodes=20000',
    '<%= config.bin %> experiment show --schema > scenario.schema.json',
  ]
  static override args = {
    scenario: Args.string({ description: 'a preset or a scenario file', ignoreStdin: true }),
  }
  static override flags = {
    set: setFlag,
    schema: Flags.boolean({ description: 'the JSON schema of scenario files', exclusive: ['set'] }),
  }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(ExperimentShow)
    if (flags.schema) return this.#schema(flags.json)
    if (args.scenario === undefined)
      throw new Failure('cli/usage', {
        why: 'It needs a preset or a scenario file, or --schema.',
        command: 'experiment show',
      })
    const { plan, text } = await shown(args.scenario, flags.set)
    this.print(flags, plan, () => text)
  }

  async #schema(json: boolean): Promise<void> {
    const document = await schema()
    // With --json on one line and nothing added: it is a document of its own.
    process.stdout.write(`${JSON.stringify(document, null, json ? 0 : 2)}\n`)
  }
}
