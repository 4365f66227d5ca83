import { type RealtimeAnswer, type RealtimeErrorEvent, serverEvents } from '@nexus-state/contracts';
import { isJsonObject } from '@nexus-state/state-core';
import type { Logger } from 'pino';
import type { Socket } from 'socket.io';
import { BadMessage } from '../updates/bad-message';
import { refusalOf } from '../updates/refusal';

/** More fields than any event has; what has more is not looked at field by field. */
const mostFields = 20;

/** What came with an event: what was sent, and how to answer it. */
export interface Incoming {
  readonly payload: Record<string, unknown>;
  /** Answers through the acknowledgement callback, where there is one. */
  readonly answer: (facts: object) => void;
}

/**
 * Handles one event: reads what came with it, and turns whatever goes wrong into its answer. Never fails.
 * @param args as Socket.IO hands them over: one object, and the acknowledgement callback where the client wants one
 */
export async function handle(
  socket: Socket,
  args: readonly unknown[],
  logger: Logger,
  work: (incoming: Incoming) => Promise<void>,
): Promise<void> {
  const last = args.at(-1);
  const acknowledge = typeof last === 'function' ? (last as (answer: RealtimeAnswer) => void) : undefined;
  const given = acknowledge ? args.slice(0, -1) : args;
  try {
    const answer = (facts: object) => acknowledge?.({ ok: true, ...facts });
    await work({ payload: payloadOf(given), answer });
  } catch (error) {
    const problem = refusalOf(error, logger);
    if (acknowledge) return acknowledge({ ok: false, error: problem });
    const event: RealtimeErrorEvent = { code: problem.error, message: problem.message };
    socket.emit(serverEvents.error, event);
  }
}

function payloadOf(given: readonly unknown[]): Record<string, unknown> {
  const [payload] = given;
  if (given.length !== 1 || !isJsonObject(payload) || Buffer.isBuffer(payload)) {
    throw new BadMessage('send one JSON object, and a callback for the answer.');
  }
  if (Object.keys(payload).length > mostFields) throw new BadMessage('it has too many fields.');
  return payload;
}
