import { headOf, isJsonObject } from '@nexus-state/documents';
import { BadMessage } from './refusals';

/** More fields than any message has; a message with more is refused before its fields are checked. */
const maxFields = 20;

/** The fields of a message. @throws BadMessage where it is no JSON object, or has too many */
export function fieldsOf(payload: unknown): Record<string, unknown> {
  if (!isJsonObject(payload) || Buffer.isBuffer(payload)) {
    throw new BadMessage('send one JSON object, and over Socket.IO a callback for the answer.');
  }
  if (headOf(payload) || Object.keys(payload).length > maxFields)
    throw new BadMessage('it has too many fields.');
  return payload;
}
