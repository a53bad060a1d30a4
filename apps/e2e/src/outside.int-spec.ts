import { join } from 'node:path';
import { Published } from '@warren/protocol';
import { waitFor } from '@warren/testing';
import { z } from 'zod';
import { bootSystem, temporaryFolder } from './system/boot-system.js';
import { buildOutside } from './system/outside.js';
import { Program } from './system/program.js';
import { type System } from './system/system.js';

/** A service that Warren's own programs have never heard of: one contract, one method. */
const source = `
import 'reflect-metadata';
import { Injectable, Module } from '@nestjs/common';
import { OnMessage, type Received } from '@warren/bus';
import { contract, flow } from '@warren/protocol';
import { bootstrap, WarrenModule } from '@warren/service';
import { z } from 'zod';

const greetings = flow('greetings', { hello: contract('hello', z.object({ to: z.string() }), { line: 'Hello {to}' }) });

@Injectable()
class Greeter {
  @OnMessage(greetings.hello, { queue: 'greetings.greeter' })
  greet({ payload }: Received<typeof greetings.hello>): void {
    console.log('Greeted ' + payload.to);
  }
}

@Module({ imports: [WarrenModule.forRoot({ name: 'greetings-greeter', contracts: [greetings] })], providers: [Greeter] })
class GreeterModule {}

void bootstrap({ name: 'greetings-greeter', module: GreeterModule });
`;

const needs = { libraries: ['protocol', 'bus', 'database', 'lifecycle', 'service'], others: ['@nestjs/common', 'reflect-metadata', 'zod'] };

const Flows = z.object({ items: z.array(z.object({ name: z.string(), contracts: z.array(z.unknown()), consumers: z.array(z.unknown()) })) });

let system: System;
let service: Program;
beforeAll(async () => {
  const folder = await temporaryFolder();
  await buildOutside(folder, source, needs);
  system = await bootSystem();
  const env = system.run.services.find(({ service }) => service === 'signal-imed')?.env;
  service = Program.start(join(folder, 'dist/main.js'), [], { cwd: folder, env: { ...process.env, ...env } });
}, 180_000);

const publish = (payload: object) =>
  system.request('/api/v1/flows/greetings/hello', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(payload) });
const status = async () => (await system.services()).find(({ service }) => service === 'greetings-greeter');

/** Once it is announced: a queue is registered a moment before. */
async function greetings() {
  const { text } = await system.request('/api/v1/flows');
  return Flows.parse(JSON.parse(text)).items.find(({ name, contracts }) => name === 'greetings' && contracts.length > 0);
}

describe('a service outside the workspace, built from packed libraries', () => {
  it('joins: it is on the roster, and its flow is known', async () => {
    const joined = await waitFor(status, { timeout: 30_000, what: 'the service on the roster' });
    expect(joined.instances).toMatchObject([{ version: '3.2.1' }]);
    const flow = await waitFor(greetings, { what: 'its flow' });
    expect(flow.contracts).toMatchObject([{ name: 'hello', topic: 'hello' }]);
    expect(flow.consumers).toMatchObject([{ queue: 'greetings.greeter', service: 'greetings-greeter' }]);
  });

  it('gets what is published to it through the gateway, and the message log of its flow shows it', async () => {
    const answer = await publish({ to: 'Ada' });
    expect(answer.status).toBe(202);
    expect(Published.parse(JSON.parse(answer.text))).toMatchObject({ flow: 'greetings', contract: 'hello', topic: 'hello' });
    await service.says('Greeted Ada');
    await waitFor(async () => (await system.request('/messages?flow=greetings')).text.endsWith('Z Topic hello: Hello Ada\n'), { what: 'its line' });
  });

  it("has its contract's schema checked by a gateway that does not know the contract", async () => {
    const answer = await publish({ to: 7 });
    expect(answer.status).toBe(422);
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'payload-does-not-fit', issues: [{ path: '/to' }] });
  });

  it('moves with the switch as every other service', async () => {
    const paused = await system.transition('PAUSED');
    expect(paused.entries).toContainEqual(expect.objectContaining({ service: 'greetings-greeter', confirmedAt: expect.any(String) as string }));
    expect((await publish({ to: 'Grace' })).status).toBe(503);
    await system.put('RUNNING');
    expect((await publish({ to: 'Grace' })).status).toBe(202);
    await service.says('Greeted Grace');
  });

  it('leaves the roster with a clean stop', async () => {
    expect(await service.stop()).toBe(0);
    await waitFor(async () => (await status()) === undefined, { what: 'its leaving' });
  });
});
