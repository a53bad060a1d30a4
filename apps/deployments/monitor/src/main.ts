import { bootstrap } from '@warren/service';
import { setupDocs } from './docs.js';
import { MonitorModule } from './monitor.module.js';

void bootstrap({ name: 'deployments-monitor', module: MonitorModule, setup: setupDocs });
