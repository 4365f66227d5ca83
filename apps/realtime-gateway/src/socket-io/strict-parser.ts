import {
  type StateError,
  StateTooDeep,
  UnsupportedValue,
  holdsText,
  textAround,
} from '@nexus-state/documents';
import { DuplicateMember, TooManyValues, readJson } from '@nexus-state/nest-kit';
import { Decoder, Encoder, type Packet } from 'socket.io-parser';
import { maxMessageValues, tooManyValues } from '../connections/message-values';
import { BadMessage } from '../connections/refusals';

/** The payload of a message whose text was refused: its handler answers with the refusal. */
export class RefusedPayload {
  constructor(readonly refusal: StateError) {}
}

/** Socket.IO's decoder of packets, which reads their JSON as strictly as every other door (`readJson`). */
class StrictDecoder extends Decoder {
  constructor() {
    super();
    // The method that parses JSON. The decoder has no option for it.
    Object.assign(this, { tryParse: readPacket });
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

/** @returns false where the text is not JSON, as Socket.IO's own method does: Socket.IO ends the connection */
function readPacket(text: string): unknown {
  try {
    return readJson(text, maxMessageValues);
  } catch (error) {
    const refusal = refusalOf(error);
    const event = /^\["((?:[^"\\]|\\.){0,255})",/.exec(text)?.[1];
    return refusal && event !== undefined ? [event, new RefusedPayload(refusal)] : false;
  }
}

function refusalOf(error: unknown): StateError | undefined {
  if (error instanceof DuplicateMember) return new BadMessage(`it is not JSON: ${error.message}`);
  if (error instanceof TooManyValues) return new BadMessage(tooManyValues);
  if (error instanceof StateTooDeep) return error;
  if (!(error instanceof UnsupportedValue)) return undefined;
  // The payload is the second element of the packet; pointers begin at the payload.
  const { pointer, reason } = error.facts as { pointer: string; reason: string };
  return new UnsupportedValue(pointer.replace(/^\/\d+/, ''), reason);
}
