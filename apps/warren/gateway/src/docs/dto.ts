import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

/**
 * A DTO of an object schema: `class StateDto extends dto(State) {}`; with an example, documented by it. It has no id of its own: zod 4.6 writes such a
 * root as a reference, which nestjs-zod 5.5 cannot read.
 */
export const dto = <S extends z.ZodRawShape>({ shape }: z.ZodObject<S>, example?: z.output<z.ZodObject<S>>) =>
  createZodDto(example === undefined ? z.object(shape) : z.object(shape).meta({ example }));
