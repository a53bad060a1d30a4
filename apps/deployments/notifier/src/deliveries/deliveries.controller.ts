import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Deliveries, DeliveryState } from '@warren/protocol';
import { PageQuery } from '@warren/service';
import { createZodDto, ZodResponse, ZodValidationPipe } from 'nestjs-zod';
import { z } from 'zod';
import { DeliveriesStore } from './deliveries.store.js';

class DeliveriesDto extends createZodDto(Deliveries) {}
class DeliveriesQueryDto extends createZodDto(
  PageQuery.extend({ target: z.string().max(63).optional(), state: DeliveryState.optional(), message: z.uuid().optional().describe('All targets of one release.') }),
) {}

/** The gateway passes it on: what it answers is described there too. */
@ApiTags('deliveries')
@Controller('api/v1/deliveries')
export class DeliveriesController {
  constructor(private readonly store: DeliveriesStore) {}

  @Get()
  @ApiOperation({ summary: 'What became of each message at each target, with every request, the newest first' })
  @ZodResponse({ status: 200, type: DeliveriesDto })
  list(@Query(new ZodValidationPipe(DeliveriesQueryDto)) query: DeliveriesQueryDto): Promise<Deliveries> {
    return this.store.list(query);
  }
}
