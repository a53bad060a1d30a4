import { type NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { cleanupOpenApiDoc } from 'nestjs-zod';

/** Swagger's page at /docs. */
export function setupDocs(app: NestExpressApplication): void {
  const config = new DocumentBuilder().setTitle('Warren: jobs, receiver').setVersion('1').setOpenAPIVersion('3.1.0').build();
  SwaggerModule.setup('docs', app, () => cleanupOpenApiDoc(SwaggerModule.createDocument(app, config)));
}
