// Words for a shell's script: ssh's, and that of the command on a provisioned host.

/** A word that a shell hands on as it is. */
export const shellQuoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
