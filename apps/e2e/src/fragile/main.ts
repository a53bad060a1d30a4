import 'reflect-metadata';
import { bootstrap } from '@warren/service';
import { FragileModule } from './fragile.module.js';

void bootstrap({ name: 'fragile', module: FragileModule });
