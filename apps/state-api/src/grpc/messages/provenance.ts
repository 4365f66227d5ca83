import type { Provenance } from '@nexus-state/contracts';

/** A provenance as it is decoded: lists that were not sent are empty. */
export interface ProvenanceMessage extends Provenance {
  readonly toolCalls: NonNullable<Provenance['toolCalls']>;
  readonly links: NonNullable<Provenance['links']>;
}

/** A provenance as HTTP has it; undefined where the message has none. */
export function provenanceIn(message: ProvenanceMessage | null | undefined): Provenance | undefined {
  if (!message) return undefined;
  const { toolCalls, links, ...rest } = message;
  return {
    ...rest,
    ...(toolCalls.length > 0 ? { toolCalls } : {}),
    ...(links.length > 0 ? { links } : {}),
  };
}
