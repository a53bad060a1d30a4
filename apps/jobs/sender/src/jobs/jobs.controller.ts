import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ProblemError, Sessions, type Page } from '@warren/service';
import { type Request, type Response } from 'express';
import { ZodResponse, ZodValidationPipe } from 'nestjs-zod';
import { type Job, JobDto, JobPageDto, JobsQueryDto, Submission, SubmissionDto } from './jobs.dto.js';
import { Jobs } from './jobs.service.js';

const noUuid = () => new ProblemError(404, { code: 'no-such-job', detail: 'A job has a UUID for its id.' });
export const Id = () => Param('id', new ParseUUIDPipe({ exceptionFactory: noUuid }));

@ApiTags('jobs')
@Controller('api/jobs')
export class JobsController {
  constructor(
    private readonly jobs: Jobs,
    private readonly sessions: Sessions,
  ) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({ summary: 'Submit a job: stored, and done some time after' })
  @ApiBody({ type: SubmissionDto })
  @ApiResponse({ status: 409, description: 'There is a job of this id with another message.' })
  @ApiResponse({ status: 422, description: 'The message is blank or too long.' })
  @ApiResponse({ status: 503, description: 'The database is away: the job is not stored.' })
  @ZodResponse({ status: 202, type: JobDto })
  async submit(@Body() body: unknown, @Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<Job> {
    const job = await this.jobs.submit({ ...submissionOf(body), session: this.sessions.nameOf(request) });
    response.location(`/api/jobs/${job.id}`);
    return job;
  }

  @Get()
  @ApiOperation({ summary: 'What was submitted, the newest first' })
  @ZodResponse({ status: 200, type: JobPageDto })
  list(@Query(new ZodValidationPipe(JobsQueryDto)) query: JobsQueryDto): Promise<Page<Job>> {
    return this.jobs.list(query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One job, as receiver told of it last' })
  @ApiResponse({ status: 404, description: 'There is no such job.' })
  @ZodResponse({ status: 200, type: JobDto })
  one(@Id() id: string): Promise<Job> {
    return this.jobs.one(id);
  }

  @Post(':id/cancel')
  @HttpCode(202)
  @ApiOperation({ summary: 'Cancel a job that is queued. Its state says a little later whether that came in time' })
  @ApiResponse({ status: 409, description: 'It is not queued.' })
  @ZodResponse({ status: 202, type: JobDto })
  cancel(@Id() id: string): Promise<Job> {
    return this.jobs.cancel(id);
  }

  @Post(':id/run-again')
  @HttpCode(202)
  @ApiOperation({ summary: 'Run a job again that is dead' })
  @ApiResponse({ status: 409, description: 'It is not dead.' })
  @ZodResponse({ status: 202, type: JobDto })
  runAgain(@Id() id: string): Promise<Job> {
    return this.jobs.runAgain(id);
  }
}

/** What a caller submits. @throws ProblemError 422 */
export function submissionOf(body: unknown): Submission {
  const read = Submission.safeParse(body ?? {});
  if (read.success) return read.data;
  const issues = read.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  throw new ProblemError(422, { code: 'wrong-message', detail: issues.map(({ path, message }) => `${path || 'The body'} ${message}`).join('; '), issues });
}
