import type { BusOptions } from '../bus.options.js';
import type { Connections } from '../connection/connections.js';
import type { Handlers } from '../consume/handlers.js';
import type { Outbound } from '../publish/outbound.js';
import { Declarations } from './declarations.js';

/** Declarations on a broker that answers when the test lets it. */
function declarations() {
  const begun: { done: () => void; failed: (error: Error) => void }[] = [];
  const onScratch = () => new Promise<void>((done, failed) => begun.push({ done, failed }));
  const connections = { onLost: () => undefined, onScratch } as unknown as Connections;
  const outbound = { onRefused: () => undefined } as unknown as Outbound;
  const made = new Declarations(connections, outbound, {} as Handlers, { journal: false } as BusOptions);
  return { made, begun };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('what a process declares', () => {
  it('is declared once, for all who need it', async () => {
    const { made, begun } = declarations();
    const both = [made.declared(), made.declared()];
    await turn();
    begun[0]?.done();

    await Promise.all(both);
    await made.declared();

    expect(begun).toHaveLength(1);
  });

  it('is declared anew only when what was under way is done: it might bind what has been unbound since', async () => {
    const { made, begun } = declarations();
    const first = made.declared();
    const anew = made.declaredAnew();
    await turn();
    expect(begun).toHaveLength(1);

    begun[0]?.done();
    await first;
    await turn();

    begun[1]?.done();
    await anew;
    expect(begun).toHaveLength(2);
  });

  it('is declared anew also when that failed, whose failure forgets nothing newer', async () => {
    const { made, begun } = declarations();
    const first = made.declared();
    const anew = made.declaredAnew();
    await turn();

    begun[0]?.failed(new Error('away'));
    await expect(first).rejects.toThrow('away');
    await turn();
    begun[1]?.done();
    await anew;
    await made.declared();

    expect(begun).toHaveLength(2);
  });

  it('is declared again by the next who needs it when it failed', async () => {
    const { made, begun } = declarations();
    const first = made.declared();
    await turn();
    begun[0]?.failed(new Error('away'));
    await expect(first).rejects.toThrow('away');

    const second = made.declared();
    await turn();
    begun[1]?.done();

    await expect(second).resolves.toBeUndefined();
  });
});
