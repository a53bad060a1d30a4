import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Behaviours } from '../behaviours/behaviours.store.js';
import { Records } from '../records/records.store.js';
import { page } from './page.js';

const shown = 50;

@ApiExcludeController()
@Controller()
export class PageController {
  constructor(
    private readonly records: Records,
    private readonly behaviours: Behaviours,
  ) {}

  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
  show(): string {
    return page({ records: this.records.list({ limit: shown }), behaviours: this.behaviours.list(), summary: this.records.summary() });
  }
}
