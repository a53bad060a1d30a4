import { type Migrations } from '@warren/database';
import { journal } from './001-journal.js';
import { views } from './002-views.js';

export const migrations: Migrations = { '001-journal': journal, '002-views': views };
