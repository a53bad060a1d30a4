import 'reflect-metadata';
import { bootstrap } from '@warren/service';
import { ImedModule } from './imed.module.js';

void bootstrap({ name: 'signal-imed', module: ImedModule });
