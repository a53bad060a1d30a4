import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AuditPage } from '@warren/protocol';
import { PageQueryDto } from '@warren/service';
import { ZodResponse, ZodValidationPipe } from 'nestjs-zod';
import { ApiProblems } from '../docs/api-problems.decorator.js';
import { dto } from '../docs/dto.js';
import { wrongCursor } from '../docs/problem-examples.js';
import { journalAway } from '../flows/flows.store.js';
import { AuditStore } from './audit.store.js';

const example: AuditPage = {
  items: [{ id: '0193a1c2-7d3e-7c4f-9a53-2f6b1c0d9e11', at: '2026-11-20T06:40:00.102Z', by: 'anonymous', action: 'redrive', subject: { ids: [41, 42] }, outcome: 'done' }],
  next: null,
};
class AuditPageDto extends dto(AuditPage, example) {}

@ApiTags('audit')
@Controller('api/v1/audit')
export class AuditController {
  constructor(private readonly audit: AuditStore) {}

  @Get()
  @ApiOperation({ summary: 'What operators did to dead letters and operations: who, when, on what, and what came of it' })
  @ZodResponse({ status: 200, type: AuditPageDto, description: 'The newest first' })
  @ApiProblems({ 400: wrongCursor, 503: journalAway })
  list(@Query(new ZodValidationPipe(PageQueryDto)) query: PageQueryDto): Promise<AuditPage> {
    return this.audit.list(query);
  }
}
