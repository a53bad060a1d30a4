import { Module } from '@nestjs/common';
import { DatabaseModule } from '@warren/database';
import { AccessModule, WarrenModule } from '@warren/service';
import { MessageLogController } from './message-log.controller.js';
import { MessageLog } from './message-log.service.js';

@Module({
  imports: [WarrenModule.forRoot({ name: 'signal-httpserv' }), AccessModule, DatabaseModule.forReader()],
  controllers: [MessageLogController],
  providers: [MessageLog],
})
export class HttpservModule {}
