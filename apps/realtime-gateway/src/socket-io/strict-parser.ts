import {
  type StateError,
  StateTooDeep,
  UnsupportedValue,
  holdsText,
  isLarge,
  textAround,
} from '@nexus-state/documents';
import { DuplicateMember, NotJson, TooManyValues, readInTurns, readJson } from '@nexus-state/nest-kit';
import { Decoder, Encoder, type Packet } from 'socket.io-parser';
import { tooManyValues } from '../connections/message-values';
import { BadMessage } from '../connections/refusals';

/** The payload of a message whose text was refused: its handler answers with the refusal. */
export class RefusedPayload {
  constructor(readonly refusal: StateError) {}
}

/** The payload of a large message, which is read later: Socket.IO can only read in one go. */
export class UnreadPayload {
  constructor(private readonly text: string) {}

  /**
   * What the client sent beside the name of the event, as strictly as `readJson` reads it.
   * @throws BadMessage, StateTooDeep, UnsupportedValue
   */
  async read(): Promise<readonly unknown[]> {
    try {
      return ((await readInTurns(this.text)) as readonly unknown[]).slice(1);
    } catch (error) {
      throw refusalOf(error) ?? error;
    }
  }
}

/** Socket.IO's types of packets that binary parts belong to (`PacketType`), as the first character of the packet. */
const binaryPacket = /^[56]/;

/** Socket.IO's decoder of packets, which reads their JSON as strictly as every other door (`readJson`). */
class StrictDecoder extends Decoder {
  /** Whether the packet that is decoded comes with binary parts. */
  #isBinary = false;

  constructor() {
    super();
    // The method that parses JSON. The decoder has no option for it.
    Object.assign(this, { tryParse: (text: string) => readPacket(text, this.#isBinary) });
  }

  override add(packet: unknown): void {
    this.#isBinary = typeof packet === 'string' && binaryPacket.test(packet);
    super.add(packet);
  }
}

/** A problem holds the values of conflicts so deep. */
const envelopeDepth = 6;

/** Socket.IO's encoder of packets, which takes JSON that is at hand as text as it is. */
class TextEncoder extends Encoder {
  override encode(packet: Packet): ReturnType<Encoder['encode']> {
    if (!holdsText(packet.data, envelopeDepth)) return super.encode(packet);
    const { type, nsp, id, data } = packet;
    return [`${type}${nsp === '/' ? '' : `${nsp},`}${id ?? ''}${textAround(data, envelopeDepth)}`];
  }
}

/** The option `parser` of Socket.IO. */
export const strictParser = { Encoder: TextEncoder, Decoder: StrictDecoder };

/** The refusal of binary parts. */
export const binaryParts = 'send JSON, without binary parts.';

/** @returns false where the text is not JSON, as Socket.IO's own method does: Socket.IO ends the connection */
function readPacket(text: string, isBinary: boolean): unknown {
  const event = /^\["((?:[^"\\]|\\.){0,255})",/.exec(text)?.[1];
  if (isLarge(text.length)) {
    if (event === undefined) return false;
    return [event, isBinary ? new RefusedPayload(new BadMessage(binaryParts)) : new UnreadPayload(text)];
  }
  try {
    return readJson(text);
  } catch (error) {
    if (isNotJson(error)) return false;
    const refusal = refusalOf(error);
    return refusal && event !== undefined ? [event, new RefusedPayload(refusal)] : false;
  }
}

/** Whether a text breaks the protocol: a member that comes twice is one that is refused. */
function isNotJson(error: unknown): boolean {
  return error instanceof NotJson && !(error instanceof DuplicateMember);
}

function refusalOf(error: unknown): StateError | undefined {
  if (error instanceof NotJson) return new BadMessage(`it is not JSON: ${error.message}`);
  if (error instanceof TooManyValues) return new BadMessage(tooManyValues);
  if (error instanceof StateTooDeep) return error;
  if (!(error instanceof UnsupportedValue)) return undefined;
  // The payload is the second element of the packet; pointers begin at the payload.
  const { pointer, reason } = error.facts as { pointer: string; reason: string };
  return new UnsupportedValue(pointer.replace(/^\/\d+/, ''), reason);
}
