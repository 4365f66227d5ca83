import { InvalidId } from '../../errors';
import { isStorable } from '@nexus-state/documents';

/**
 * The longest id of a user, in bytes of UTF-8. OpenID Connect Core, section 2, allows a `sub` of 255 ASCII characters; every
 * index that holds an owner and a user still fits into a page of PostgreSQL with it.
 */
export const maxUserIdBytes = 255;

/** The rule for ids of users, as refusals name it. */
export const userIdRule = `must be 1–${maxUserIdBytes} bytes of UTF-8, without U+0000 and lone surrogates.`;

/** Whether a text can be the id of a user: a token's `sub`, an owner, a member. */
export function isUserId(text: string): boolean {
  return text !== '' && Buffer.byteLength(text) <= maxUserIdBytes && isStorable(text);
}

/**
 * @param field the field that holds the id, for the refusal
 * @throws InvalidId when the text cannot be the id of a user
 */
export function checkUserId(field: string, text: string): void {
  if (!isUserId(text)) throw new InvalidId(field, userIdRule);
}
