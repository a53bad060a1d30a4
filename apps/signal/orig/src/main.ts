import 'reflect-metadata';
import { bootstrap } from '@warren/service';
import { OrigModule } from './orig.module.js';

void bootstrap({ name: 'signal-orig', module: OrigModule });
