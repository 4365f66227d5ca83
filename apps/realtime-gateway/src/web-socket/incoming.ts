import { clientEvents, serverEvents } from '@nexus-state/contracts';
import { UnsupportedValue, headOf, isJsonObject } from '@nexus-state/documents';
import { NotJson, TooManyValues, boundedText, decodeInTurns, readInTurns } from '@nexus-state/nest-kit';
import type { WorkspaceKey } from '@nexus-state/state-core';
import type { Logger } from 'pino';
import type { RawData, WebSocket } from 'ws';
import type { Connection } from '../connections/connection';
import { eventOf, refusalOf } from '../connections/refusal';
import { tooManyValues } from '../connections/message-values';
import { BadMessage } from '../connections/refusals';
import { frameText } from './web-socket-broadcaster';

/** A message as it came over a plain WebSocket. */
interface Frame {
  readonly type: string;
  /** Chosen by the client; what answers the message carries it. */
  readonly id: unknown;
  readonly fields: Record<string, unknown>;
}

/** Messages that are about the connection, or about keys, which are in no workspace. */
const aboutNoPanel: ReadonlySet<string> = new Set([
  clientEvents.auth,
  clientEvents.ping,
  clientEvents.watch,
  clientEvents.unwatch,
]);

/** Longest id of a message, as text. */
const longestId = 128;

/** Handles one message, and turns every error into an `error` event. Never fails. */
export async function handleFrame(
  socket: WebSocket,
  connection: Connection,
  place: WorkspaceKey,
  frame: { readonly data: RawData; readonly isBinary: boolean },
  logger: Logger,
): Promise<void> {
  let message: Frame | undefined;
  const reply = (facts: object) => {
    const { type, id } = message as Frame;
    if (type === clientEvents.ping) socket.send(frameText(serverEvents.pong, { ...facts, id }));
    else if (id !== undefined || type === clientEvents.patch) {
      socket.send(frameText(serverEvents.ack, { ...facts, id }));
    }
  };
  try {
    await connection.handle(async () => {
      message = await read(frame);
      return { name: message.type, payload: withPlace(message, place) };
    }, reply);
  } catch (error) {
    // What was refused unread is answered all the same, as far as it says to whom.
    message ??= await readable(frame);
    const { panelId, pattern } = message?.fields ?? {};
    const subject = {
      ...(typeof panelId === 'string' ? { panelId: boundedText(panelId) } : {}),
      ...(typeof pattern === 'string' ? { pattern: boundedText(pattern) } : {}),
      id: message?.id,
    };
    socket.send(frameText(serverEvents.error, eventOf(refusalOf(error, logger), subject)));
  }
}

async function read({
  data,
  isBinary,
}: {
  readonly data: RawData;
  readonly isBinary: boolean;
}): Promise<Frame> {
  if (isBinary) throw new BadMessage('send JSON as text, not as binary frames.');
  return frameOf(await parse(data));
}

function frameOf(value: unknown): Frame {
  if (!isJsonObject(value) || headOf(value)) throw new BadMessage('send one JSON object of a few fields.');
  const { type, id, ...fields } = value as Record<string, unknown>;
  if (typeof type !== 'string') throw new BadMessage('its "type" must say what it is.');
  if (id !== undefined && !isId(id)) {
    throw new BadMessage(`its "id" must be a number, or a text of at most ${longestId} characters.`);
  }
  return { type, id, fields };
}

async function readable(frame: {
  readonly data: RawData;
  readonly isBinary: boolean;
}): Promise<Frame | undefined> {
  try {
    return await read(frame);
  } catch (error) {
    // A number that cannot be kept hides nothing else of a message.
    return error instanceof UnsupportedValue ? lenientlyRead(frame.data) : undefined;
  }
}

/** A message as far as it says what it is about, whatever its numbers are; undefined for one that is long, or no message. */
function lenientlyRead(data: RawData): Frame | undefined {
  const pieces = piecesOf(data);
  if (pieces.reduce((bytes, piece) => bytes + piece.length, 0) > pieceBytes) return undefined;
  try {
    return frameOf(JSON.parse(Buffer.concat(pieces).toString()));
  } catch {
    return undefined;
  }
}

function isId(id: unknown): boolean {
  return typeof id === 'number' || (typeof id === 'string' && id.length <= longestId);
}

/** How many bytes are decoded between two looks at the clock. */
const pieceBytes = 64 * 1024;

async function parse(data: RawData): Promise<unknown> {
  try {
    return await readInTurns(await decodeInTurns(piecesOf(data)));
  } catch (error) {
    if (error instanceof NotJson) throw new BadMessage(`it is not JSON: ${error.message}`);
    if (error instanceof TooManyValues) throw new BadMessage(tooManyValues);
    throw error;
  }
}

/** The bytes of a message in pieces, without a copy of them. */
function piecesOf(data: RawData): readonly Buffer[] {
  if (Array.isArray(data)) return data.flatMap(piecesOf);
  const bytes = Buffer.isBuffer(data) ? data : Buffer.from(data);
  if (bytes.length <= pieceBytes) return [bytes];
  const count = Math.ceil(bytes.length / pieceBytes);
  return Array.from({ length: count }, (_, index) =>
    bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes),
  );
}

/** What is about a panel is about one in the workspace that the connection was opened to. */
function withPlace({ type, fields }: Frame, place: WorkspaceKey): Record<string, unknown> {
  if (aboutNoPanel.has(type)) return fields;
  for (const name of ['workspaceId', 'owner'] as const) {
    if (fields[name] === undefined || fields[name] === place[name]) continue;
    throw new BadMessage(
      `its ${name} is not that of the connection; leave it out, or open another connection.`,
    );
  }
  return { ...fields, workspaceId: place.workspaceId, owner: place.owner };
}
