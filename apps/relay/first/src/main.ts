import 'reflect-metadata';
import { bootstrap } from '@warren/service';
import { FirstModule } from './first.module.js';

void bootstrap({ name: 'relay-first', module: FirstModule });
