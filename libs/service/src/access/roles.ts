import { SetMetadata } from '@nestjs/common';
import { type Role } from '@warren/protocol';

export const roleKey = Symbol('warren.role');
export type Required = Role | 'public';

/** The least role that a route or controller asks for. Without it: viewer for what only reads, operator for all else. */
export const Roles = (role: Role) => SetMetadata<symbol, Required>(roleKey, role);

/** Open to everybody, key or not: for probes. */
export const Public = () => SetMetadata<symbol, Required>(roleKey, 'public');
