import { Body, Controller, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ZodValidationPipe } from 'nestjs-zod';
import { EndpointName } from '../endpoints/endpoint-name.js';
import { BehaviourDto } from './behaviour.js';
import { Behaviours, type Told } from './behaviours.store.js';

@ApiTags('behaviours')
@Controller('behaviours')
export class BehavioursController {
  constructor(private readonly behaviours: Behaviours) {}

  @Get()
  @ApiOperation({ summary: 'What endpoints were told to do; those that are not here take what comes' })
  @ApiOkResponse({ description: '`left`: for how many requests; null: until it is told otherwise' })
  list(): { items: Told[] } {
    return { items: this.behaviours.list() };
  }

  @Put(':endpoint')
  @ApiOperation({ summary: 'Tells an endpoint what to do from now on. Requests that hang already go on hanging' })
  @ApiOkResponse({ type: BehaviourDto })
  @ApiResponse({ status: 400, description: 'The name or the behaviour is not as described.' })
  @ApiResponse({ status: 409, description: 'Too many endpoints have a behaviour.' })
  tell(@Param('endpoint', new ZodValidationPipe(EndpointName)) endpoint: string, @Body(new ZodValidationPipe(BehaviourDto)) behaviour: BehaviourDto): BehaviourDto {
    this.behaviours.tell(endpoint, behaviour);
    return behaviour;
  }

  @Delete()
  @HttpCode(204)
  @ApiOperation({ summary: 'Lets all endpoints take what comes' })
  @ApiNoContentResponse()
  clear(): void {
    this.behaviours.clear();
  }
}
