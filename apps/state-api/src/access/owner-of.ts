import type { IncomingMessage } from 'node:http';
import { utf8HeaderText } from '@nexus-state/nest-kit';
import { type FieldProblem, ValidationFailed } from '@nexus-state/documents';

/** Where a request can say whose workspace is meant. */
export interface OwnerSources {
  readonly params: { readonly owner?: string | undefined };
  readonly query: { readonly owner?: unknown };
  readonly raw: Pick<IncomingMessage, 'headers' | 'headersDistinct'>;
}

const headerName = 'X-Workspace-Owner';

/**
 * The owner whose workspace is meant: of the path (git clients), the parameter `owner`, or the header `X-Workspace-Owner` in
 * UTF-8.
 * @returns undefined where none of them says it
 * @throws ValidationFailed when one of them is given twice or cannot be read, or when two of them disagree
 */
export function ownerOf({ params, query, raw }: OwnerSources): string | undefined {
  if (query.owner !== undefined && typeof query.owner !== 'string') throw invalid('owner', 'is given twice');
  const owners: readonly (readonly [pointer: string, owner: string | undefined])[] = [
    ['path', params.owner],
    ['owner', query.owner],
    [headerName, headerOwner(raw)],
  ];
  const [chosen, ...others] = owners.filter(([, owner]) => owner !== undefined);
  for (const [pointer, owner] of others) {
    if (owner !== chosen?.[1]) throw invalid(pointer, 'names another owner than the rest of the request');
  }
  return chosen?.[1];
}

function headerOwner(raw: OwnerSources['raw']): string | undefined {
  const name = headerName.toLowerCase();
  // To take all headers apart costs more than all else here, and few requests have this one.
  if (raw.headers[name] === undefined) return undefined;
  const [value, ...more] = raw.headersDistinct[name] ?? [];
  if (value === undefined) return undefined;
  if (more.length > 0) throw invalid(headerName, 'is given twice');
  const owner = utf8HeaderText(value);
  if (owner === undefined) throw invalid(headerName, 'must be UTF-8');
  return owner;
}

function invalid(pointer: string, message: FieldProblem['message']): ValidationFailed {
  return new ValidationFailed([{ pointer, message }]);
}
