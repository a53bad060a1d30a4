import { Body, Controller, Get, Inject, Post, Query, Redirect, Req, Res } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { ApiExcludeController } from '@nestjs/swagger';
import { newId } from '@warren/protocol';
import { Sessions } from '@warren/service';
import { Pages } from '@warren/service/pages';
import { type Request, type Response } from 'express';
import { ZodValidationPipe } from 'nestjs-zod';
import { Id, submissionOf } from '../jobs/jobs.controller.js';
import { Jobs } from '../jobs/jobs.service.js';
import { senderConfig } from '../sender.config.js';
import { PageQueryDto, shown, withLineFeeds } from './page.query.js';

/** After a POST browsers ask for another page, so that to renew that one sends nothing again (RFC 9110, section 15.4.4). */
const seeOther = 303;

@ApiExcludeController()
@Controller()
export class PageController {
  constructor(
    private readonly jobs: Jobs,
    private readonly pages: Pages,
    private readonly sessions: Sessions,
    @Inject(senderConfig.KEY) private readonly config: ConfigType<typeof senderConfig>,
  ) {}

  @Get()
  async list(@Req() request: Request, @Query(new ZodValidationPipe(PageQueryDto)) { cursor, submitted: id }: PageQueryDto): Promise<string> {
    const [page, mine, submitted] = await Promise.all([this.jobs.list({ cursor, limit: shown }), this.mine(request), id && this.jobs.find(id)]);
    return this.pages.show('jobs', { page, mine, submitted, cursor, held: this.jobs.held, id: newId() });
  }

  /** The form has an id, so that one that is sent twice is one job; the page after it says "submitted" of what it finds in the database. */
  @Post()
  async submit(@Req() request: Request, @Body() form: unknown, @Res() response: Response): Promise<void> {
    const { id } = await this.jobs.submit({ ...submissionOf(withLineFeeds(form)), session: this.sessions.nameOf(request) });
    response.redirect(seeOther, `/?submitted=${id}`);
  }

  @Get('reset-session')
  @Redirect('/', seeOther)
  reset(@Req() request: Request): Promise<void> {
    return this.sessions.end(request);
  }

  @Get('jobs/:id')
  async one(@Req() request: Request, @Id() id: string): Promise<string> {
    const [job, mine] = await Promise.all([this.jobs.one(id), this.mine(request)]);
    return this.pages.show('job', { job, mine, held: this.jobs.held, receiver: this.config.receiver });
  }

  @Post('jobs/:id/cancel')
  async cancel(@Id() id: string, @Res() response: Response): Promise<void> {
    await this.jobs.cancel(id);
    response.redirect(seeOther, `/jobs/${id}`);
  }

  @Post('jobs/:id/run-again')
  async runAgain(@Id() id: string, @Res() response: Response): Promise<void> {
    await this.jobs.runAgain(id);
    response.redirect(seeOther, `/jobs/${id}`);
  }

  private mine(request: Request): Promise<number> {
    return this.jobs.countOf(this.sessions.nameOf(request));
  }
}
