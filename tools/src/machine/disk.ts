import { statfsSync } from 'node:fs';
import { Refusal } from '../terminal/refusal.js';

/** Bytes: Postgres begins with 40 MB and one 16 MB log after the other, RabbitMQ takes no message with less than 50 MB free. */
const needed = 200_000_000;

/** @throws Refusal when the folder's disk is all but full */
export function assertSpace(folder: string, bytes = needed): void {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize >= bytes) return;
  throw new Refusal(`The disk of ${folder} is full, ${megabytes(bavail * bsize)} left and ${megabytes(bytes)} needed: free some, or set WARREN_FOLDER to a folder on another disk.`);
}

const megabytes = (bytes: number) => `${Math.floor(bytes / 1_000_000)} MB`;
