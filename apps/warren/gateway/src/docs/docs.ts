import { type NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { cleanupOpenApiDoc } from 'nestjs-zod';

/** The OpenAPI document of the gateway. */
export function documentOf(app: NestExpressApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Warren')
    .setDescription('The operations API: the state of the whole system, its messages, services and flows, and the dead letters. Errors are problems (RFC 9457).')
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth({ type: 'http', description: 'A key, where the gateway has any.' })
    .addSecurityRequirements('bearer')
    .build();
  return cleanupOpenApiDoc(SwaggerModule.createDocument(app, config));
}

/** Serves it at /docs, as JSON at /docs-json. */
export function setupDocs(app: NestExpressApplication): void {
  SwaggerModule.setup('docs', app, () => documentOf(app), { swaggerOptions: { docExpansion: 'list', persistAuthorization: true } });
}
