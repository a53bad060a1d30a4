import 'reflect-metadata';
import { bootstrap } from '@warren/service';
import { StageModule } from './stage.module.js';

void bootstrap({ name: 'relay-stage', module: StageModule });
