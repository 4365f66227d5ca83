/** A text that is kept compressed. */
export interface PackedText {
  /** A content coding of HTTP (RFC 9110, section 8.4.1): the bytes can be answered as they are. */
  readonly coding: 'gzip';
  readonly bytes: Uint8Array;

  /** Expands it, without holding up other requests. */
  text(): Promise<string>;
}

/** A text, compressed or not. */
export type KeptText = string | PackedText;

/** The text that is kept. */
export async function textOf(kept: KeptText): Promise<string> {
  return typeof kept === 'string' ? kept : kept.text();
}
