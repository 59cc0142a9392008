// How much one page of a longer answer holds.

/** Ratings in one page of /v1/ratings: about half a megabyte of JSON. */
export const ratingsPerPageMax = 1_000

/** Values in one page of /v1/dht: some two kilobytes each, by their holders' names. */
export const valuesPerPageMax = 200

/** Block heads in one page of /v1/blocks. */
export const blocksPerPageMax = 100
