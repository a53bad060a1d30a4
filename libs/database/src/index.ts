export * from './database.js';
export * from './database.module.js';
export { type Locked, type LockOptions } from './advisory-lock.js';
export { migrate, type Migrations } from './migrate.js';
export { searchCondition } from './search/search-condition.js';
export { type FieldKind, type SearchFields } from './search/fields.js';
export { SearchError } from './search/search.error.js';
export { provision, ProvisionError, type Grant } from './provision.js';
export { CompiledQuery, sql, type Generated, type Kysely, type RawBuilder, type Selectable, type Transaction } from 'kysely';
