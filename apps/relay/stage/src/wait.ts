/** How long a message is kept, in milliseconds: both ends are possible. */
export interface Wait {
  least: number;
  most: number;
}

/** A message's wait. The end of its id decides: random in a UUID v7 and a hash in a v5, so it is another for each message, and at every attempt the same. */
export function waitOf(id: string, { least, most }: Wait): number {
  const share = Number.parseInt(id.slice(-8), 16) / 2 ** 32;
  return least + Math.floor(share * (most - least + 1));
}
