import { Body, ConflictException, Controller, Get, Logger, type MiddlewareConsumer, Module, type NestModule, NotFoundException, Post, Put, RequestMethod, Res } from '@nestjs/common';
import { problemContentType } from '@warren/protocol';
import { type Response as Answer } from 'express';
import { ZodValidationPipe } from 'nestjs-zod';
import { z } from 'zod';
import { serve, type Served } from '../../test/serve.js';
import { jsonBody, textBody } from './body.js';
import { ProblemError } from './problem.errors.js';

const Carrot = z.object({ length: z.number() });

@Controller()
class Garden {
  @Get('things')
  list() {
    return 'all';
  }

  @Put('things')
  replace(@Body() body: unknown) {
    return { body };
  }

  @Get('things/:id')
  one() {
    throw new NotFoundException('There is no such thing.');
  }

  @Get('conflict')
  conflict() {
    throw new ConflictException('It is taken.');
  }

  @Get('own')
  own() {
    throw new ProblemError(503, { code: 'broker-away', detail: 'The broker is away.', since: 7 }, { 'Retry-After': '5' });
  }

  @Get('bug')
  bug() {
    throw new Error('password is s3cret');
  }

  @Get('broken-stream')
  stream(@Res() answer: Answer) {
    answer.write('begun');
    throw new Error('in the middle');
  }

  @Post('carrots')
  carrot(@Body(new ZodValidationPipe(Carrot)) body: unknown) {
    return body;
  }
}

@Module({ controllers: [Garden] })
class GardenModule implements NestModule {
  configure(consumer: MiddlewareConsumer) {
    consumer.apply(textBody(10)).forRoutes({ path: 'things', method: RequestMethod.PUT });
    consumer.apply(jsonBody(100)).forRoutes({ path: 'carrots', method: RequestMethod.POST });
    consumer.apply((_: unknown, __: unknown, next: () => void) => next()).forRoutes({ path: '{*path}', method: RequestMethod.ALL });
  }
}

let served: Served;
const ask = (path: string, init?: RequestInit) => fetch(`${served.url}${path}`, init);
const put = (body: string, headers = {}) => ask('/things', { method: 'PUT', body, headers });
const post = (body: string, headers = {}) => ask('/carrots', { method: 'POST', body, headers });
const problemOf = async (answer: Response) => (await answer.json()) as Record<string, unknown>;

beforeAll(async () => (served = await serve({ imports: [GardenModule] })));
afterAll(() => served.app.close());

describe('a refusal', () => {
  it('is answered as a problem with status, title, code and detail', async () => {
    const answer = await ask('/conflict');
    expect(answer.status).toBe(409);
    expect(answer.headers.get('content-type')).toContain(problemContentType);
    expect(await problemOf(answer)).toEqual({ type: 'about:blank', title: 'Conflict', status: 409, code: 'conflict', detail: 'It is taken.' });
  });

  it('can have a code, headers and members of its own', async () => {
    const answer = await ask('/own');
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(await problemOf(answer)).toMatchObject({ status: 503, code: 'broker-away', detail: 'The broker is away.', since: 7 });
  });

  it('of a payload names every field that is wrong', async () => {
    const answer = await post('{"length":"long"}');
    expect(answer.status).toBe(400);
    expect(await problemOf(answer)).toMatchObject({ code: 'invalid-request', issues: [{ path: 'length', message: expect.stringContaining('number') }] });
  });
});

describe('a mistake in the code', () => {
  it('is logged and told to nobody', async () => {
    const logged = jest.spyOn(Logger.prototype, 'error');
    const answer = await ask('/bug');
    expect(await problemOf(answer)).toEqual({ type: 'about:blank', title: 'Internal Server Error', status: 500, code: 'internal-server-error' });
    expect(logged).toHaveBeenCalledWith(expect.objectContaining({ message: 'password is s3cret' }));
    logged.mockRestore();
  });

  it('in the middle of an answer cuts the answer off, so that nobody takes it for whole', async () => {
    await expect(ask('/broken-stream').then((answer) => answer.text())).rejects.toThrow();
  });
});

describe('a path', () => {
  it('that is not known is 404', async () => {
    const answer = await ask('/nowhere');
    expect(answer.status).toBe(404);
    expect(answer.headers.get('allow')).toBeNull();
  });

  it.each(['DELETE', 'POST', 'PATCH', 'OPTIONS'])('that is known is 405 with Allow for %s', async (method) => {
    const answer = await ask('/things', { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET, HEAD, PUT');
    expect(await problemOf(answer)).toMatchObject({ code: 'method-not-allowed', detail: '/things takes GET, HEAD, PUT.' });
  });

  it('that is known stays 404 where the thing is missing', async () => {
    const answer = await ask('/things/7');
    expect(answer.status).toBe(404);
    expect(await problemOf(answer)).toMatchObject({ detail: 'There is no such thing.' });
  });
});

describe('a body', () => {
  it.each([{}, { 'content-type': 'text/plain' }, { 'content-type': 'application/x-www-form-urlencoded' }, { 'content-type': 'application/json' }])(
    'of any content type is read as text where text is wanted: %j',
    async (headers) => expect(await (await put('PAUSED', headers)).json()).toEqual({ body: 'PAUSED' }),
  );

  it('is taken up to its limit, and 413 beyond', async () => {
    expect((await put('1234567890')).status).toBe(200);
    const answer = await put('12345678901');
    expect(answer.status).toBe(413);
    expect(await problemOf(answer)).toMatchObject({ code: 'payload-too-large', detail: 'The body may have at most 10 bytes.' });
  });

  it('that is no JSON is 400 where JSON is wanted', async () => {
    expect((await post('{"length":')).status).toBe(400);
  });
});
