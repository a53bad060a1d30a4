import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTargets } from './targets-file.js';
import { targetsJsonSchema } from './targets.schema.js';

const file = join(__dirname, '../../targets.schema.json');
const written = () => `${JSON.stringify(targetsJsonSchema(), null, 2)}\n`;

describe('targets.schema.json', () => {
  it('is what the schema says: UPDATE=1 jest -c apps/deployments/notifier/jest.config.js targets.schema writes it anew', () => {
    if (process.env['UPDATE']) writeFileSync(file, written());

    expect(readFileSync(file, 'utf8')).toBe(written());
  });

  it('describes every key of a target, and refuses others', () => {
    const schema = JSON.parse(written()) as { properties: { targets: { items: { required: string[]; additionalProperties: boolean; properties: Record<string, unknown> } } } };
    const target = schema.properties.targets.items;

    expect(target).toMatchObject({ required: ['name', 'url'], additionalProperties: false });
    expect(Object.keys(target.properties)).toEqual(
      ['name', 'preset', 'url', 'method', 'headers', 'body', 'success', 'timeout', 'attempts', 'delays', 'rateLimit', 'concurrency', 'secrets', 'allow', 'breaker'],
    );
    expect(target.properties['name']).toMatchObject({ pattern: '^(?!(?:events|reload)$)[a-z][a-z0-9-]{0,62}$' });
  });
});

describe('the default targets', () => {
  const targets = readTargets(readFileSync(join(__dirname, '../../targets.yaml'), 'utf8'));

  it('are the two APIs of the monitor, on loopback', () => {
    expect(targets.map(({ name, method, url, allow }) => ({ name, method, url, allow }))).toEqual([
      { name: 'monitor-logs', method: 'PUT', url: '${MONITOR_URL:-http://127.0.0.1:8084}/api/logs', allow: ['127.0.0.0/8', '::1/128'] },
      { name: 'monitor-events', method: 'POST', url: '${MONITOR_URL:-http://127.0.0.1:8084}/api/events', allow: ['127.0.0.0/8', '::1/128'] },
    ]);
    expect(targets.map(({ policy }) => policy)).toEqual([
      { attempts: 5, delays: [500, 1_000, 2_000, 5_000] },
      { attempts: 5, delays: [500, 1_000, 2_000, 4_000, 5_000] },
    ]);
  });
});
