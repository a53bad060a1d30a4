import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';

@ApiExcludeController()
@Controller()
export class PageController {
  @Get('received')
  @Header('content-type', 'text/html; charset=utf-8')
  show(): string {
    return '<!doctype html><title>Receiver</title><p>The jobs are at <a href="/api/received">/api/received</a>.';
  }
}
