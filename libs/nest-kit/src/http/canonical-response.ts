import { textAround } from '@nexus-state/documents';
import { mapInTurns } from '@nexus-state/state-core';
import type { FastifyReply } from 'fastify';

const jsonType = 'application/json; charset=utf-8';

/**
 * Has an answer written in canonical form (RFC 8785): for what holds states or patches, whose members else come in
 * the order that the database keeps them in.
 */
export function respondCanonically(reply: FastifyReply): void {
  void reply.type(jsonType).serializer((response: unknown) => textAround(response));
}

/**
 * Sends an response in canonical form whose lists may come to megabytes: it is written with pauses between their elements, in
 * which other requests have their turn.
 * @param response an object; what it holds that is large is at hand as text (`JsonText`)
 */
export async function sendInTurns(reply: FastifyReply, response: object): Promise<void> {
  const members: string[] = [];
  for (const [name, value] of Object.entries(response).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (value === undefined) continue;
    members.push(
      `${JSON.stringify(name)}:${Array.isArray(value) ? await listText(value) : textAround(value)}`,
    );
  }
  void reply.type(jsonType).send(`{${members.join(',')}}`);
}

/** The canonical text of a list, written with pauses between its elements. */
export async function listText(elements: readonly unknown[]): Promise<string> {
  return `[${(await mapInTurns(elements, (element) => textAround(element))).join(',')}]`;
}
