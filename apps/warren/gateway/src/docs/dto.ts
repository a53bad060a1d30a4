import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

/** A DTO of an object schema: `class StateDto extends dto(State) {}`. It has no id of its own: zod 4.6 writes such a root as a reference, which nestjs-zod 5.5 cannot read. */
export const dto = <S extends z.ZodRawShape>({ shape }: z.ZodObject<S>) => createZodDto(z.object(shape));
