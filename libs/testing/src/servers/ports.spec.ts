import { createServer } from 'node:net';
import { assertFree, freePort, freePorts } from './ports.js';

describe('ports', () => {
  it('are all different', async () => {
    const ports = await freePorts(20);
    expect(new Set(ports).size).toBe(20);
  });

  it('are not given twice, also at once, and none that the operating system gives to others', async () => {
    const ports = (await Promise.all(Array.from({ length: 10 }, () => freePorts(5)))).flat();
    expect(new Set(ports).size).toBe(50);
    expect(Math.max(...ports)).toBeLessThan(32_768);
  });

  it('are free when they are given', async () => {
    await expect(assertFree(await freePort(), 'the test')).resolves.toBeUndefined();
  });

  it('that are taken are one line that says what to do', async () => {
    const port = await freePort();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    await expect(assertFree(port, 'the broker')).rejects.toThrow(`Port ${port} for the broker is taken by another program: stop that program or choose another port.`);
    await new Promise((resolve) => server.close(resolve));
  });
});
