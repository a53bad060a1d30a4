/** Bytes of one statement: a message of the most that RabbitMQ takes unless it is told otherwise, and less than Postgres takes seconds for. Source: RabbitMQ, max_message_size. */
export const mostJoined = 128 * 1024 ** 2;

/** Where each body is in all of them. Starts count from 1, as SQL does. */
export interface Joined {
  bytes: Buffer;
  starts: number[];
  lengths: number[];
}

/**
 * Bodies as one parameter, which goes as it is; in an array each would be written and read in hexadecimal.
 * @throws RangeError for more bytes than one statement should have: a batch is halved then
 */
export function joined(bodies: readonly Buffer[]): Joined {
  const lengths = bodies.map(({ length }) => length);
  let next = 1;
  const starts = lengths.map((length) => (next += length) - length);
  if (next - 1 > mostJoined) throw new RangeError(`The bodies have ${next - 1} bytes together, more than the ${mostJoined} of one statement.`);
  return { bytes: Buffer.concat(bodies), starts, lengths };
}
