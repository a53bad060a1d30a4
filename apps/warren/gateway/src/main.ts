import { bootstrap } from '@warren/service';
import { setupDocs } from './docs/docs.js';
import { GatewayModule } from './gateway.module.js';

void bootstrap({ name: 'gateway', module: GatewayModule, setup: setupDocs });
