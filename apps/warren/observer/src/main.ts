import { bootstrap } from '@warren/service';
import { ObserverModule } from './observer.module.js';

void bootstrap({ name: 'observer', module: ObserverModule });
