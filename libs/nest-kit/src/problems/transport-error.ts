import type { ErrorCode } from '@nexus-state/contracts';
import { StateError } from '@nexus-state/documents';

/** A refusal of a transport: of a request or message that never reaches the core, or of its caller. */
export abstract class TransportError extends StateError {
  abstract override readonly code: ErrorCode;
}
