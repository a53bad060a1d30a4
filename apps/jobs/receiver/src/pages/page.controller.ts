import { Controller, Get, Inject, Query, Req } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { ApiExcludeController } from '@nestjs/swagger';
import { PageQuery, Sessions } from '@warren/service';
import { Pages } from '@warren/service/pages';
import { type Request } from 'express';
import { createZodDto, ZodValidationPipe } from 'nestjs-zod';
import { z } from 'zod';
import { Id } from '../received/received.controller.js';
import { Received } from '../received/received.service.js';
import { receiverConfig } from '../receiver.config.js';

/** Jobs of a page. */
const shown = 20;

class ReceivedPageQueryDto extends createZodDto(z.object({ cursor: PageQuery.shape.cursor })) {}

@ApiExcludeController()
@Controller('received')
export class PageController {
  constructor(
    private readonly received: Received,
    private readonly pages: Pages,
    private readonly sessions: Sessions,
    @Inject(receiverConfig.KEY) private readonly config: ConfigType<typeof receiverConfig>,
  ) {}

  @Get()
  async list(@Req() request: Request, @Query(new ZodValidationPipe(ReceivedPageQueryDto)) { cursor }: ReceivedPageQueryDto): Promise<string> {
    const [page, mine] = await Promise.all([this.received.list({ cursor, limit: shown }), this.mine(request)]);
    return this.pages.show('received', { page, mine, cursor });
  }

  @Get(':id')
  async one(@Req() request: Request, @Id() id: string): Promise<string> {
    const [job, mine] = await Promise.all([this.received.one(id), this.mine(request)]);
    return this.pages.show('received-job', { job, mine, sender: this.config.sender });
  }

  private mine(request: Request): Promise<number> {
    return this.received.countOf(this.sessions.nameOf(request));
  }
}
