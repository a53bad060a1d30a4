import { newId } from '@warren/protocol';
import { runRole, type Role } from '../harness/role.js';
import { bodyOf, concurrency, releaseOf } from './release.js';
import { Sender } from './sender.js';

/** The reference: a loop around undici, so many at a time. Nothing is stored, nothing is tried again. */
async function sender(role: Role): Promise<void> {
  const requests = new Sender();
  await role.ready();
  let n = 0;
  const lane = async () => {
    while (n < role.total) await requests.send(newId(), bodyOf(releaseOf(++n)));
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
}

runRole({ sender });
