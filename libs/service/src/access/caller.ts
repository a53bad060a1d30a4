import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type Role } from '@warren/protocol';
import { type Request } from 'express';

/** Who asks. */
export interface Caller {
  /** The key's name; `anonymous` on loopback without keys. */
  readonly name: string;
  readonly role: Role;
}

/** Loopback without keys is for development: whoever is on the machine may do all. */
export const anonymous: Caller = { name: 'anonymous', role: 'admin' };

const callers = new WeakMap<Request, Caller>();

export const remember = (request: Request, caller: Caller): void => void callers.set(request, caller);
export const callerOf = (request: Request): Caller | undefined => callers.get(request);

/** Who asks, as a parameter of a route: `change(@Caller() caller: Caller)`. Anonymous where AccessModule is not imported. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => callerOf(context.switchToHttp().getRequest<Request>()) ?? anonymous);
