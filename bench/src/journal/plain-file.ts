import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import { runRole, type Role } from '../harness/role.js';

/** What a message log is compared with: a file of the same bytes, read anew for each request. */
async function server(role: Role): Promise<void> {
  const file = process.env['BENCH_FILE'] ?? '';
  const listening = createServer((_, response) => {
    response.setHeader('content-type', 'text/plain; charset=utf-8');
    createReadStream(file).on('error', (error) => response.destroy(error)).pipe(response);
  });
  await new Promise<void>((resolve) => listening.listen(Number(process.env['BENCH_PORT']), '127.0.0.1', resolve));
  await role.ready();
}

runRole({ server });
