import { deployments } from '@warren/contracts';
import { Reloaded, TargetEvents, Targets, TargetStatus, TargetTest, WaitingChoice } from '@warren/protocol';
import { PageQuery } from '@warren/service';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

export class TargetsDto extends createZodDto(Targets) {}
export class TargetStatusDto extends createZodDto(TargetStatus) {}
export class TargetEventsDto extends createZodDto(TargetEvents) {}
export class ReloadedDto extends createZodDto(Reloaded) {}
export class TargetTestDto extends createZodDto(TargetTest) {}

export class EventsQueryDto extends createZodDto(PageQuery.extend({ target: z.string().max(63).optional() })) {}

/** No body is an empty one. */
const bodyOf = <T extends z.ZodRawShape>(shape: T) => z.preprocess((body) => body ?? {}, z.strictObject(shape));
const release = deployments.released.info.schema.shape;

export class ReloadDto extends createZodDto(bodyOf({ waiting: WaitingChoice.optional().describe('What becomes of the messages that wait for targets which the file leaves out') })) {}
export class DisableDto extends createZodDto(bodyOf({ reason: z.string().trim().min(1).max(500).default('by an operator') })) {}
export class TestDto extends createZodDto(
  bodyOf({
    release: release.release.default('test'),
    datetime: release.datetime.default(() => new Date().toISOString()),
    attributes: release.attributes,
  }),
) {}
