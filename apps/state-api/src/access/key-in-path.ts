import { type ExecutionContext, type Type, applyDecorators, createParamDecorator } from '@nestjs/common';
import { KeyParams } from '@nexus-state/contracts';
import { RouteMark, ShapePipe, describeRoute } from '@nexus-state/nest-kit';
import { ValidationFailed } from '@nexus-state/documents';
import { checkKey } from '@nexus-state/store';

/** Where the key of a request is. */
export interface KeyedRequest {
  readonly params: { readonly '*'?: string };
  readonly query: unknown;
  stateKey?: string;
}

interface KeyNeeds {
  /** What precedes the part in the path. */
  readonly root: '' | '/';
  readonly query: Type<KeyParams> | undefined;
}

export const keyMark = new RouteMark<KeyNeeds>('nexus:key');

/**
 * Says that a route is about the key in its path: below `/`, so that the path `/api/kv/a/b` is the key `/a/b`, and one that does not
 * begin with a slash is the query parameter `key`; or without a root, where the path is the key, percent-encoded.
 * @param query the shape of the query parameters where there is a root
 */
export function NeedsKey(root: '' | '/', query?: Type<KeyParams>): MethodDecorator {
  return applyDecorators(
    keyMark.set({ root, query }),
    describeRoute(({ problems }) => problems.push('invalid_key', 'not_found')),
  );
}

/** The key in the path, which the guard let the caller to: `@AtKey() key: string`. */
export const AtKey = createParamDecorator(
  (_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<KeyedRequest>().stateKey,
);

/**
 * The key that a request is about.
 * @throws InvalidKeyError; ValidationFailed where it is named twice, or a parameter is wrong
 */
export function keyIn({ params, query }: KeyedRequest, { root, query: shape }: KeyNeeds): string {
  const rest = params['*'] ?? '';
  const named = shape && new ShapePipe<KeyParams>(shape, { coerce: true }).transform(query).key;
  if (named === undefined) return checkKey(root + rest);
  if (rest !== '') throw new ValidationFailed([{ pointer: 'key', message: 'the path names a key already' }]);
  return checkKey(named);
}
