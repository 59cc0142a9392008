// What `store migrate` prints for people.
/** The runtime is loaded when the command runs: hence no import. */
type MigratedHome = Awaited<
  ReturnType<typeof import('../../src/runtime/store/migrate-home.ts').migrateHome>
>

export function renderMigrated({ home, dryRun, newest, migration }: MigratedHome): string {
  if (migration === null) return `The store of ${home} has the newest format (${newest}).`
  const { from, to, steps } = migration
  return [
    dryRun
      ? `The store of ${home} has format ${from}; the next start brings it to ${to}:`
      : `The store of ${home} was brought from format ${from} to ${to}:`,
    ...steps.map(({ to, does, writes }) => `  ${to}: ${does} (${writes} keys)`),
  ].join('\n')
}
