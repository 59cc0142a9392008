// Why nobody can listen at an address, for people: one place for nodes, their API and doctor.

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'ports under 1024 are for root',
}

/** @param code of the operating system's error, such as EADDRINUSE; one that is not known stands for itself */
export const whyNotListening = (code: string): string => reasons[code] ?? code
