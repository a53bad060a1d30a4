import { AsyncResource } from 'node:async_hooks';
import { type OpenAPIObject } from '@nestjs/swagger';
import { startGateway, surroundings, type TestGateway } from '../../test/start-gateway.js';

let gateway: TestGateway;
let document: OpenAPIObject;
beforeAll(async () => {
  gateway = await startGateway(await surroundings());
  document = (await gateway.call('/docs-json')).json<OpenAPIObject>();
});

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
const operations = (): [string, Operation][] =>
  Object.entries(document.paths)
    .filter(([path]) => !/^\/(health|metrics)/.test(path))
    .flatMap(([path, methods]) => Object.entries(methods as Record<string, Operation>).map(([method, operation]): [string, Operation] => [`${method} ${path}`, operation]));

describe('the documentation', () => {
  it('is where the root leads to', async () => {
    const root = await gateway.call('/');

    expect([root.status, root.headers.get('location')]).toEqual([302, '/docs']);
    expect((await gateway.call('/docs')).text).toContain('swagger-ui');
  });

  it('has every route', () => {
    expect(operations().map(([name]) => name).sort()).toEqual([
      'delete /api/v1/services/{service}',
      'get /api/v1/audit', 'get /api/v1/dead-letters', 'get /api/v1/dead-letters/groups', 'get /api/v1/dead-letters/groups/{group}',
      'get /api/v1/dead-letters/health', 'get /api/v1/dead-letters/{id}', 'get /api/v1/deliveries', 'get /api/v1/flows', 'get /api/v1/flows/{flow}/statistics', 'get /api/v1/journal', 'get /api/v1/journeys', 'get /api/v1/journeys/{id}', 'get /api/v1/messages', 'get /api/v1/operations', 'get /api/v1/operations/{id}', 'get /api/v1/operations/{id}/replays',
      'get /api/v1/services', 'get /api/v1/targets', 'get /api/v1/targets/events', 'get /api/v1/targets/{name}', 'get /messages', 'get /node-statistic', 'get /queue-statistic', 'get /run-log', 'get /state',
      'post /api/v1/dead-letters/adopt', 'post /api/v1/dead-letters/discard', 'post /api/v1/dead-letters/groups/{group}/notes', 'post /api/v1/dead-letters/redrive',
      'post /api/v1/flows/{flow}/{contract}', 'post /api/v1/journeys/replay', 'post /api/v1/journeys/{id}/replay', 'post /api/v1/operations/{id}/{steer}', 'post /api/v1/targets/reload', 'post /api/v1/targets/{name}/disable', 'post /api/v1/targets/{name}/enable',
      'post /api/v1/targets/{name}/test', 'put /api/v1/dead-letters/{id}/payload', 'put /state',
    ]); // prettier-ignore
  });

  it('shows an example of every problem, with its status and code', () => {
    for (const [name, { responses }] of operations()) {
      const problems = Object.entries(responses).filter(([status]) => Number(status) >= 400);
      const examples = problems.map(([status, response]) => ({ name, status, example: 'content' in response! && response.content?.['application/problem+json']?.example as unknown }));

      expect(examples).not.toHaveLength(0);
      for (const { status, example } of examples) expect(example).toMatchObject({ status: Number(status), code: expect.stringMatching(/^[a-z-]+$/) as string });
    }
  });

  it.each(['/api/v1/dead-letters', '/api/v1/dead-letters/{id}', '/api/v1/dead-letters/groups', '/api/v1/dead-letters/health', '/api/v1/operations', '/api/v1/operations/{id}/replays', '/api/v1/audit', '/api/v1/targets', '/api/v1/deliveries', '/api/v1/journeys/{id}', '/api/v1/flows/{flow}/statistics'])(
    'shows an example of what GET %s answers',
    (path) => {
      const { content } = document.paths[path]!.get!.responses['200'] as { content: Record<string, { schema: { $ref: string } }> };
      const name = content['application/json']!.schema.$ref.split('/').at(-1)!;

      expect(document.components!.schemas![name]).toHaveProperty('example');
    },
  );

  it('has every parameter of every path, and what a route reads of a query', () => {
    const parametersOf = ({ parameters = [] }: Operation, where: string) => parameters.flatMap((one) => ('in' in one && one.in === where ? [one.name] : [])).sort();

    for (const [name, operation] of operations()) expect({ name, parameters: parametersOf(operation, 'path') }).toEqual({ name, parameters: [...name.matchAll(/\{(\w+)\}/g)].map(([, one]) => one).sort() });
    expect(parametersOf(document.paths['/api/v1/messages']!.get!, 'query')).toEqual(['cursor', 'limit', 'q']);
    expect(parametersOf(document.paths['/api/v1/flows/{flow}/statistics']!.get!, 'query')).toEqual(['window']);
  });

  it('has an id of its own for each operation', () => {
    const ids = operations().map(([, { operationId }]) => operationId);

    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    expect(ids).toContain('JourneysController_show');
  });

  it('refers to no schema that is not there', () => {
    const schemas = Object.keys(document.components?.schemas ?? {});
    const referred = [...JSON.stringify(document).matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name);

    expect(referred.length).toBeGreaterThan(0);
    expect(schemas).toEqual(expect.arrayContaining(referred));
  });
});

describe('the classic surface', () => {
  it.each([['/run-log', 'GET, HEAD'], ['/messages', 'GET, HEAD'], ['/node-statistic', 'GET, HEAD'], ['/queue-statistic', 'GET, HEAD'], ['/state', 'GET, HEAD, PUT']])(
    'tells for another method on %s that there are %s',
    async (path, allow) => {
      const answer = await gateway.call(path, { method: 'POST' });

      expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow]);
    },
  );
});

/** Decision 9. */
it('answers without what Nest binds for interceptors', async () => {
  const bind = jest.spyOn(AsyncResource, 'bind');

  expect(await gateway.call('/api/v1/flows')).toMatchObject({ status: 200 });
  expect(bind).not.toHaveBeenCalled();
  bind.mockRestore();
});
