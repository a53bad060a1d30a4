import { type NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { cleanupOpenApiDoc } from 'nestjs-zod';
import { bounds } from './records/records.store.js';

const description = `Stands for other people's monitoring APIs. What it takes is kept in memory only: the last ${bounds.records} requests of each endpoint, until it stops.`;

/** Swagger's page at /docs. */
export function setupDocs(app: NestExpressApplication): void {
  const config = new DocumentBuilder().setTitle('Warren: monitor').setDescription(description).setVersion('1').setOpenAPIVersion('3.1.0').build();
  SwaggerModule.setup('docs', app, () => cleanupOpenApiDoc(SwaggerModule.createDocument(app, config)));
}
