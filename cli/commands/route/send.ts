// `trustnet route send`: delivers a text at the root of a key.
import * as Flags from '@oclif/core/flags'
import { BaseCommand } from '../../base-command.ts'
import { payloadOf } from '../../payload.ts'
import { renderLookup } from '../../render/route.ts'
import { keyArgument, overlayFlag, routesFlag, textArgument } from '../../words.ts'

export default class RouteSend extends BaseCommand {
  static override summary = 'Send a text to the root of a key (- reads standard input).'
  static override examples = [
    '<%= config.bin %> route send news "hello there"',
    '<%= config.bin %> route send news - < letter.txt',
    '<%= config.bin %> route send 5fec… "hello" --topic chat',
  ]
  static override args = { key: keyArgument, text: textArgument }
  static override flags = {
    overlay: overlayFlag,
    routes: routesFlag,
    topic: Flags.string({ description: 'the program that it is for', helpValue: 'TOPIC' }),
  }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(RouteSend)
    const { overlay, routes, topic } = flags
    const payload = await payloadOf(args.text)
    const api = await this.api(flags)
    const route = await api.send({
      key: args.key,
      ...(routes === undefined ? {} : { routes }),
      ...payload,
      ...(overlay === undefined ? {} : { overlay }),
      ...(topic === undefined ? {} : { topic }),
    })
    this.print(flags, route, renderLookup)
  }
}
