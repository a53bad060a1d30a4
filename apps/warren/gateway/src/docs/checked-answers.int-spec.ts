import { type CanActivate, Controller, type ExecutionContext, Get, Header, Module, Param, Post, SetMetadata, StreamableFile } from '@nestjs/common';
import { APP_GUARD, NestFactory, Reflector } from '@nestjs/core';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { onTeardown } from '@warren/testing';
import { createZodDto, ZodResponse } from 'nestjs-zod';
import { z } from 'zod';
import { checked } from './checked-answers.js';

class CarrotDto extends createZodDto(z.object({ length: z.number() })) {}
const secretive = { length: 7, password: 's3cret' };

@Controller('carrots')
class Carrots {
  private readonly carrot = secretive;

  @Get('one')
  @ZodResponse({ status: 200, type: CarrotDto })
  @Header('X-Garden', 'north')
  one() {
    return this.plain();
  }

  @Post()
  @ZodResponse({ status: 202, type: [CarrotDto] })
  async all() {
    return Promise.resolve([this.carrot, this.carrot]);
  }

  @Get('as-it-is/:name')
  asItIs(@Param('name') name: string) {
    return { ...this.carrot, name };
  }

  @Get('wrong')
  @ZodResponse({ status: 200, type: CarrotDto })
  wrong() {
    return { length: 'long, s3cret' as unknown as number };
  }

  @Get('locked')
  @SetMetadata('locked', true)
  @ZodResponse({ status: 200, type: CarrotDto })
  locked() {
    return this.carrot;
  }

  @Get('file')
  @ZodResponse({ status: 200, type: CarrotDto })
  file() {
    return new StreamableFile(Buffer.from('seeds')) as unknown as CarrotDto;
  }

  /** No route. */
  plain() {
    return this.carrot;
  }
}

const guard: CanActivate = { canActivate: (context: ExecutionContext) => new Reflector().get('locked', context.getHandler()) !== true };

@Module({ controllers: checked([Carrots]), providers: [{ provide: APP_GUARD, useValue: guard }] })
class Garden {}

let app: NestExpressApplication;
beforeAll(async () => {
  app = await NestFactory.create<NestExpressApplication>(Garden, { logger: false });
  await app.listen(0, '127.0.0.1');
  onTeardown(() => app.close());
});

const call = async (path: string, method = 'GET') => {
  const response = await fetch(`${await app.getUrl()}/carrots${path}`, { method });
  return { status: response.status, garden: response.headers.get('x-garden'), text: await response.text() };
};

describe('what a route answers', () => {
  it('has what its type has, with the status and headers of the route', async () => {
    expect(await call('/one')).toEqual({ status: 200, garden: 'north', text: '{"length":7}' });
    expect(await call('', 'POST')).toEqual({ status: 202, garden: null, text: '[{"length":7},{"length":7}]' });
  });

  it('goes as it is where the route names no type, or gives a file', async () => {
    expect(await call('/as-it-is/Berlicum')).toMatchObject({ status: 200, text: '{"length":7,"password":"s3cret","name":"Berlicum"}' });
    expect(await call('/file')).toMatchObject({ status: 200, text: 'seeds' });
  });

  it('is an error of the server where it is not of its type, which tells nothing of it', async () => {
    expect(await call('/wrong')).toEqual({ status: 500, garden: null, text: '{"message":"Internal Server Error","statusCode":500}' });
  });

  it('is nobody\'s whom a guard keeps from the route', async () => {
    expect(await call('/locked')).toMatchObject({ status: 403 });
  });

  it('is made with methods that are no routes, and stay as they are', () => {
    expect(app.get(Carrots).plain()).toBe(secretive);
  });
});
