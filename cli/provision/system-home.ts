/** The home of a service for the whole machine; systemd makes it and gives it to the node's user. */
export const systemHome = '/var/lib/trustnet'
