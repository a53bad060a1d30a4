import { bootstrap } from '@warren/service';
import { setupDocs } from './docs.js';
import { SenderModule } from './sender.module.js';

void bootstrap({ name: 'jobs-sender', module: SenderModule, setup: setupDocs });
