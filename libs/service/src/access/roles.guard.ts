import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Role } from '@warren/protocol';
import { type Request } from 'express';
import { ProblemError } from '../http/problem.errors.js';
import { callerOf } from './caller.js';
import { roleKey, type Required } from './roles.js';

const rank = (role: Role): number => Role.options.indexOf(role);

/** Lets a caller through whose role is that of the route or a greater one: viewer < operator < admin. */
@Injectable()
export class RolesGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    // Global guards run on Rabbit handlers too, which nobody calls by HTTP.
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<Request>();
    const required = this.requiredFor(context, request);
    if (required === 'public') return true;
    const caller = callerOf(request);
    if (!caller) throw keyRequired(false);
    if (rank(caller.role) >= rank(required)) return true;
    throw new ProblemError(403, { code: 'role-too-low', detail: `This needs the role ${required}; the key "${caller.name}" has ${caller.role}.` });
  }

  private requiredFor(context: ExecutionContext, { method }: Request): Required {
    const stated = this.reflector.getAllAndOverride<Required | undefined>(roleKey, [context.getHandler(), context.getClass()]);
    return stated ?? (method === 'GET' || method === 'HEAD' ? 'viewer' : 'operator');
  }
}

/** Source: RFC 6750, section 3. */
export function keyRequired(wrong: boolean): ProblemError {
  const detail = wrong
    ? 'This key is not known, or no longer: make one with "npx warren key".'
    : 'Send a key as "Authorization: Bearer <key>": "npx warren key" makes one.';
  return new ProblemError(401, { code: wrong ? 'key-unknown' : 'key-required', detail }, { 'WWW-Authenticate': wrong ? 'Bearer error="invalid_token"' : 'Bearer' });
}
