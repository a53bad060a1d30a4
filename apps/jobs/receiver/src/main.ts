import { bootstrap } from '@warren/service';
import { setupDocs } from './docs.js';
import { ReceiverModule } from './receiver.module.js';

void bootstrap({ name: 'jobs-receiver', module: ReceiverModule, setup: setupDocs });
