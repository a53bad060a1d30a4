import { Flows, Published } from '@warren/protocol';
import { dto } from '../docs/dto.js';

export class FlowsDto extends dto(Flows) {}
export class PublishedDto extends dto(Published) {}
