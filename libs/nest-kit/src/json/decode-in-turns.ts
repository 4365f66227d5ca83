import { isUtf8 } from 'node:buffer';
import { FairTurns } from '@nexus-state/state-core';

/** Bytes that are not UTF-8. */
export class NotUtf8 extends Error {}

/**
 * The text of bytes in pieces, decoded with pauses.
 * @param body the bytes, in pieces that are each decoded in one go
 * @throws NotUtf8
 */
export async function decodeInTurns(body: readonly Buffer[]): Promise<string[]> {
  const [first] = body;
  if (first && body.length === 1) {
    if (isUtf8(first)) return [first.toString('utf8')];
    throw new NotUtf8('it is not UTF-8.');
  }
  const turns = new FairTurns();
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const text: string[] = [];
  try {
    for (const piece of body) {
      text.push(decoder.decode(piece, { stream: true }));
      if (turns.isOver) await turns.pause();
    }
    text.push(decoder.decode());
    return text;
  } catch {
    throw new NotUtf8('it is not UTF-8.');
  }
}
