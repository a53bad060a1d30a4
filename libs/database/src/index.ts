export * from './database.js';
export * from './database.module.js';
export { type Locked, type LockOptions } from './advisory-lock.js';
export { migrate, type Migrations } from './migrate.js';
export { provision, ProvisionError, type Grant } from './provision.js';
export { sql, type Generated, type Kysely, type Transaction } from 'kysely';
