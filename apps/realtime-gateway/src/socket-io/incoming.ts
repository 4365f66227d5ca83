import { type RealtimeReply, clientEvents, serverEvents } from '@nexus-state/contracts';
import { headOf } from '@nexus-state/documents';
import { boundedText } from '@nexus-state/nest-kit';
import type { Logger } from 'pino';
import type { Socket } from 'socket.io';
import type { Connection } from '../connections/connection';
import { BadMessage } from '../connections/refusals';
import { eventOf, refusalOf } from '../connections/refusal';
import { RefusedPayload, UnreadPayload, binaryParts } from './strict-parser';

/**
 * Handles one event, and turns every error into its reply. Never fails.
 * @param args as Socket.IO hands them over: one object, and the acknowledgement callback where the client wants one
 */
export async function handleEvent(
  socket: Socket,
  connection: Connection,
  name: string,
  args: readonly unknown[],
  logger: Logger,
): Promise<void> {
  const last = args.at(-1);
  const acknowledge = typeof last === 'function' ? (last as (answer: RealtimeReply) => void) : undefined;
  const given = acknowledge ? args.slice(0, -1) : args;
  let [payload] = given;
  const reply = (facts: object) => {
    if (acknowledge) acknowledge({ ok: true, ...facts });
    else if (name === clientEvents.ping) socket.emit(serverEvents.pong, facts);
  };
  try {
    await connection.handle(async () => {
      if (payload instanceof RefusedPayload) throw payload.refusal;
      const isUnread = payload instanceof UnreadPayload;
      const sent = payload instanceof UnreadPayload ? await payload.read() : given;
      payload = sent[0];
      if (sent.length > 1) throw new BadMessage('send one JSON object, and a callback for the answer.');
      // What was read here is JSON, and may be large.
      if (!isUnread && holdsBytes(payload)) throw new BadMessage(binaryParts);
      return { name, payload };
    }, reply);
  } catch (error) {
    const problem = refusalOf(error, logger);
    if (acknowledge) return acknowledge({ ok: false, error: problem });
    socket.emit(serverEvents.error, eventOf(problem, subjectOf(payload)));
  }
}

/** The panel or pattern that a refused message was about, as far as it said so. */
function subjectOf(payload: unknown): { workspaceId?: string; panelId?: string; pattern?: string } {
  if (headOf(payload)) return {};
  const { workspaceId, panelId, pattern } = (payload ?? {}) as Record<string, unknown>;
  return {
    ...(typeof workspaceId === 'string' ? { workspaceId: boundedText(workspaceId) } : {}),
    ...(typeof panelId === 'string' ? { panelId: boundedText(panelId) } : {}),
    ...(typeof pattern === 'string' ? { pattern: boundedText(pattern) } : {}),
  };
}

/** Whether there are bytes somewhere in what Socket.IO has read: JSON has no place for them. */
function holdsBytes(payload: unknown): boolean {
  const left = [payload];
  for (let value = left.pop(); value !== undefined || left.length > 0; value = left.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return true;
    for (const member of Object.values(value)) left.push(member);
  }
  return false;
}
