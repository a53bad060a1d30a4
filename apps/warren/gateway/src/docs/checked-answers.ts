import { type Type } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, Reflector } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { ZodSerializerInterceptor } from 'nestjs-zod';
import { defer, lastValueFrom } from 'rxjs';

type Handler = (this: unknown, ...args: unknown[]) => unknown;

const scanner = new MetadataScanner();
const serializer = new ZodSerializerInterceptor(new Reflector());

/**
 * Has what the routes of these controllers answer checked against their `@ZodResponse`, and stripped of what is not in it: what nestjs-zod's interceptor
 * does, without a request going through Nest's interceptors. These bind it with `AsyncResource.bind()` in Nest 11, which makes every function a shape of
 * its own; V8 keeps shapes, and with them the request, until it collects everything (decision 9). Nest 12 does not. Other than there, an Observable is no answer.
 */
export function checked(controllers: Type[]): Type[] {
  for (const controller of controllers) {
    const prototype = controller.prototype as Record<string, Handler>;
    for (const name of scanner.getAllMethodNames(prototype)) {
      const handler = prototype[name];
      if (handler && Reflect.hasMetadata(PATH_METADATA, handler)) prototype[name] = checking(controller, handler);
    }
  }
  return controllers;
}

function checking(controller: Type, handler: Handler): Handler {
  const context = new ExecutionContextHost([], controller, handler);
  const route: Handler = function (...args) {
    return lastValueFrom(serializer.intercept(context, { handle: () => defer(async () => await handler.apply(this, args)) }));
  };
  for (const key of Reflect.getMetadataKeys(handler)) Reflect.defineMetadata(key, Reflect.getMetadata(key, handler), route);
  return Object.defineProperty(route, 'name', { value: handler.name }); // Swagger finds the parameters by it
}
