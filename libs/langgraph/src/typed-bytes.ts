import type { SerializerProtocol } from '@langchain/langgraph-checkpoint';

/** A value as a key holds it: how long the name of its type is, that name, and what the serializer made of it. */
export async function toBytes(value: unknown, serde: SerializerProtocol): Promise<Uint8Array> {
  const [type, data] = await serde.dumpsTyped(value);
  const named = new TextEncoder().encode(type);
  const bytes = new Uint8Array(1 + named.length + data.length);
  bytes[0] = named.length;
  bytes.set(named, 1);
  bytes.set(data, 1 + named.length);
  return bytes;
}

/** The value that bytes were made of. */
export async function fromBytes<T>(bytes: Uint8Array, serde: SerializerProtocol): Promise<T> {
  const end = 1 + (bytes[0] ?? 0);
  const type = new TextDecoder().decode(bytes.subarray(1, end));
  return (await serde.loadsTyped(type, bytes.slice(end))) as T;
}
