import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';

@ApiExcludeController()
@Controller()
export class PageController {
  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  show(): string {
    return '<!doctype html><title>Sender</title><p>The jobs are at <a href="/api/jobs">/api/jobs</a>.';
  }
}
