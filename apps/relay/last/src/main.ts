import 'reflect-metadata';
import { bootstrap } from '@warren/service';
import { LastModule } from './last.module.js';

void bootstrap({ name: 'relay-last', module: LastModule });
