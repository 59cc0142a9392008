// `trustnet invite`: the line with which a friend joins, also as a QR code.
import { writeFile } from 'node:fs/promises'
import * as Flags from '@oclif/core/flags'
import { Failure } from '../../src/core/failure.ts'
import { BaseCommand } from '../base-command.ts'
import { invitesOthers, joinCommand, listenReason } from '../join-command.ts'

export default class Invite extends BaseCommand {
  static override summary = 'The invite of the running node, as text and as a QR code.'
  static override examples = ['trustnet invite --qr', 'trustnet invite --out invite.svg']
  static override flags = {
    qr: Flags.boolean({ description: 'draw it in the terminal as well', default: false }),
    out: Flags.string({
      description: 'write the QR code as a picture: FILE.svg or FILE.png',
      helpValue: 'FILE',
    }),
  }

  override async run(): Promise<void> {
    const { flags } = await this.parse(Invite)
    const picture = flags.out === undefined ? undefined : pictureKind(flags.out)
    const status = await (await this.api(flags)).status()
    const { invite } = status
    // Most ask for the text alone.
    const qr = flags.qr || picture !== undefined ? await import('../render/qr.ts') : undefined
    if (picture !== undefined)
      await writeFile(flags.out!, await qr!.qrPicture(invite, picture)).catch((error: Error) => {
        throw new Failure('cli/unwritable-file', { file: flags.out!, why: error.message })
      })
    const command = joinCommand(status)
    this.remark(
      invitesOthers(status)
        ? `A friend joins with ${command} (${listenReason}).`
        : 'The node listens on loopback alone: this invite works on this machine only.',
    )
    const drawn = flags.qr ? await qr!.qrText(invite) : ''
    const answer = { invite, command, file: flags.out ?? null }
    this.print(flags, answer, () => `${invite}\n${drawn}`)
  }
}

/** @throws Failure `cli/usage` */
function pictureKind(file: string): 'svg' | 'png' {
  const ending = /\.(svg|png)$/i.exec(file)?.[1]?.toLowerCase()
  if (ending === 'svg' || ending === 'png') return ending
  throw new Failure('cli/usage', {
    why: `"${file}" ends neither in .svg nor in .png.`,
    command: 'invite',
  })
}
