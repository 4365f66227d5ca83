import { type ExecutionContext, createParamDecorator } from '@nestjs/common';
import { ValidationFailed } from '@nexus-state/documents';

const longest = 255;

/** The header `Idempotency-Key` of a write: `@IdempotencyKey() key: string | undefined`; 1–255 characters. */
export const IdempotencyKey = createParamDecorator(
  (_: unknown, context: ExecutionContext): string | undefined => {
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>();
    const key = headers['idempotency-key'];
    if (key !== undefined && (key.length === 0 || key.length > longest)) {
      throw new ValidationFailed([
        { pointer: 'Idempotency-Key', message: `must be 1–${longest} characters` },
      ]);
    }
    return key;
  },
);
