import { bootstrap } from '@warren/service';
import { setupDocs } from './docs.js';
import { HttpservModule } from './httpserv.module.js';

void bootstrap({ name: 'signal-httpserv', module: HttpservModule, setup: setupDocs });
