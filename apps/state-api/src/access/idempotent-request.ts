import { type ExecutionContext, createParamDecorator } from '@nestjs/common';
import { type Principal, fingerprintOf } from '@nexus-state/nest-kit';
import type { IdempotentRequest } from '@nexus-state/state-core';
import { ValidationFailed } from '@nexus-state/documents';
import type { FastifyRequest } from 'fastify';

const longest = 255;

/**
 * The request under its header `Idempotency-Key`; undefined where there is none: `@Idempotent() request: IdempotentRequest |
 * undefined`. The key is 1–255 opaque octets, each a character here, as Node.js decodes header fields as ISO-8859-1.
 */
export const Idempotent = createParamDecorator(
  (_: unknown, context: ExecutionContext): IdempotentRequest | undefined => {
    const request = context
      .switchToHttp()
      .getRequest<FastifyRequest & { readonly principal: Principal; readonly headers: Headers }>();
    return idempotentRequest(request.principal, request.headers['idempotency-key'], () =>
      fingerprintOf(request),
    );
  },
);

/**
 * A request under an idempotency key; undefined where it has none.
 * @param fingerprint gives what the request asks for, as a hash
 * @throws ValidationFailed when the key is empty or too long
 */
export function idempotentRequest(
  { subject }: Principal,
  key: string | undefined,
  fingerprint: () => string,
): IdempotentRequest | undefined {
  if (key === undefined) return undefined;
  if (key.length === 0 || key.length > longest) {
    throw new ValidationFailed([{ pointer: 'Idempotency-Key', message: `must be 1–${longest} octets` }]);
  }
  return { actor: subject, key, fingerprint: fingerprint() };
}

interface Headers {
  readonly 'idempotency-key'?: string;
}
