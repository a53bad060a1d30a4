import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { runRole, type Role } from '../harness/role.js';

/** Of so many requests one is verified: all would cost more than what is measured. */
const verified = 100;

/** Somebody's API: takes every request, at once or after a while, and says when it has so many different ones, by their ids. */
async function endpoint(role: Role): Promise<void> {
  const delay = Number(process.env['BENCH_DELAY']);
  const webhook = new Webhook(process.env['BENCH_SECRET'] ?? '');
  const seen = new Set<string>();
  let first = 0;
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    first ||= performance.now();
    void bodyOf(request).then((body) => {
      take(request, body);
      if (delay === 0) answer(response);
      else setTimeout(() => answer(response), delay);
    });
  });
  const take = ({ headers }: IncomingMessage, body: string) => {
    seen.add(String(headers['webhook-id']));
    if (seen.size % verified === 0) webhook.verify(body, headers as Record<string, string>);
    if (seen.size === role.total) role.done((performance.now() - first) / 1_000);
  };
  await new Promise<void>((resolve) => server.listen(Number(process.env['BENCH_PORT']), '127.0.0.1', resolve));
  await role.ready();
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  request.setEncoding('utf8');
  for await (const chunk of request) body += String(chunk);
  return body;
}

const answer = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/plain' }).end('taken');

runRole({ endpoint });
