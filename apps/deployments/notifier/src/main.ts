import 'reflect-metadata';
import { bootstrap } from '@warren/service';
import { setupDocs } from './docs.js';
import { NotifierModule } from './notifier.module.js';

void bootstrap({ name: 'deployments-notifier', module: NotifierModule, setup: setupDocs });
