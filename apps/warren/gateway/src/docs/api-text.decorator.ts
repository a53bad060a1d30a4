import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, getSchemaPath } from '@nestjs/swagger';

interface TextOrJson {
  description: string;
  /** What the text looks like. */
  text: string;
  json?: { type: Type; example: unknown };
}

/** Documents an answer that is text, and JSON where the caller accepts that. */
export const ApiText = ({ description, text, json }: TextOrJson) =>
  applyDecorators(
    ...(json ? [ApiExtraModels(json.type)] : []),
    ApiOkResponse({
      description,
      content: {
        'text/plain': { schema: { type: 'string' }, example: text },
        ...(json && { 'application/json': { schema: { $ref: getSchemaPath(json.type) }, example: json.example } }),
      },
    }),
  );
