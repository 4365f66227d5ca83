import { ValidationFailed, type JsonValue } from '@nexus-state/documents';

/** The bounds of presence. */
export interface PresenceLimits {
  /** The shortest time between two messages about one panel, in milliseconds. */
  readonly pauseMs: number;
  /** The panels that one connection may be present in at once. */
  readonly maxPanels: number;
  /** The largest data that a connection may show in a panel, as bytes of its JSON text. */
  readonly maxBytes: number;
}

export const defaultPresenceLimits: PresenceLimits = { pauseMs: 50, maxPanels: 64, maxBytes: 4096 };

/** Counts in how many panels each connection is present. */
export class PresenceCounts {
  readonly #counts = new Map<string, number>();

  constructor(private readonly maxPanels: number) {}

  /**
   * Counts one more.
   * @throws ValidationFailed when the connection is present in as many panels as it may
   */
  add(connectionId: string): void {
    const count = this.#counts.get(connectionId) ?? 0;
    if (count >= this.maxPanels) {
      const message = `exceeds the limit of ${this.maxPanels} panels that a connection can be present in; leave one first`;
      throw new ValidationFailed([{ pointer: 'panelId', message }]);
    }
    this.#counts.set(connectionId, count + 1);
  }

  /** Counts one less. */
  remove(connectionId: string): void {
    const count = this.#counts.get(connectionId) ?? 0;
    if (count > 1) this.#counts.set(connectionId, count - 1);
    else this.#counts.delete(connectionId);
  }
}

/**
 * The data of a connection as its JSON text says it, so that it is the same here and at other gateways.
 * @throws ValidationFailed when it is no JSON, or too large
 */
export function readPresenceData(data: JsonValue, maxBytes: number): JsonValue {
  let text: string | undefined;
  try {
    text = JSON.stringify(data);
  } catch {
    // Nested too deep to be written: far beyond the bound.
  }
  if (text === undefined || Buffer.byteLength(text) > maxBytes) {
    throw new ValidationFailed([{ pointer: 'data', message: `must be JSON of at most ${maxBytes} bytes` }]);
  }
  return JSON.parse(text) as JsonValue;
}
