import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type DeadGroup, type DeadGroups } from '@warren/protocol';
import { Caller, Roles } from '@warren/service';
import { ZodResponse, ZodValidationPipe } from 'nestjs-zod';
import { ApiProblems } from '../docs/api-problems.decorator.js';
import { invalidRequest, notAnswered, querySyntax, wrongCursor } from '../docs/problem-examples.js';
import { journalAway } from '../flows/flows.store.js';
import { ObserverService } from '../operations/observer.service.js';
import { ApiIdempotent, type Asked, AskedAs, requestId } from '../operations/request-id.js';
import { DeadGroupDto, DeadGroupsDto, GroupsQueryDto, NoteTextDto } from './dead-letters.dto.js';
import { DeadGroupsStore } from './dead-groups.store.js';

const unknown = { code: 'unknown-group', detail: 'There is no group 6f1d7c523a7e5b0e.' };

@ApiTags('dead letters')
@Controller('api/v1/dead-letters/groups')
export class DeadGroupsController {
  constructor(
    private readonly groups: DeadGroupsStore,
    private readonly observer: ObserverService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Dead letters by cause: how many, since when, and how many came in each of the last 24 hours' })
  @ZodResponse({ status: 200, type: DeadGroupsDto, description: 'The one last seen first' })
  @ApiProblems({ 400: wrongCursor, 422: querySyntax, 503: journalAway })
  list(@Query(new ZodValidationPipe(GroupsQueryDto)) query: GroupsQueryDto): Promise<DeadGroups> {
    return this.groups.list(query);
  }

  @Get(':group')
  @ApiOperation({ summary: 'One group' })
  @ZodResponse({ status: 200, type: DeadGroupDto, description: 'As it is now' })
  @ApiProblems({ 404: unknown, 503: journalAway })
  show(@Param('group') group: string): Promise<DeadGroup> {
    return this.groups.one(group);
  }

  @Post(':group/notes')
  @Roles('operator')
  @ApiOperation({ summary: 'Leaves a note on a group for who looks at it next' })
  @ApiIdempotent()
  @ApiBody({ type: NoteTextDto, examples: { note: { value: { text: 'The new release of orig leaves text out.' } } } })
  @ZodResponse({ status: 201, type: DeadGroupDto, description: 'The group with its notes' })
  @ApiProblems({ 400: invalidRequest, 404: unknown, 503: notAnswered })
  async note(@Param('group') group: string, @Body(new ZodValidationPipe(NoteTextDto)) { text }: NoteTextDto, @AskedAs() as: Asked, @Caller() { name: by }: Caller): Promise<DeadGroup> {
    await this.groups.one(group);
    await this.observer.ask({ id: requestId(as, by), by, kind: 'note', group, text });
    return this.groups.one(group);
  }
}
