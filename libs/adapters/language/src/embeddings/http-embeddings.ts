import { type EmbeddingProvider, Unavailable } from '@nexus-state/state-core';

/** Where embeddings come from. */
export interface HttpEmbeddingsOptions {
  /** The base of an OpenAI-compatible API; `/embeddings` is appended. */
  readonly url: string;
  readonly model: string;
  readonly apiKey?: string | undefined;
  /** How long an answer may take, in milliseconds. */
  readonly timeoutMs: number;
}

const attempts = 3;
const pauseMs = 250;

interface Answer {
  readonly data: readonly { readonly index: number; readonly embedding: readonly number[] }[];
}

/** Vectors of an OpenAI-compatible API: `POST /embeddings {model, input}`. */
export class HttpEmbeddings implements EmbeddingProvider {
  readonly id: string;
  readonly isStored = true;

  constructor(private readonly options: HttpEmbeddingsOptions) {
    this.id = options.model;
  }

  async embed(texts: readonly string[]): Promise<readonly Float32Array[]> {
    if (texts.length === 0) return [];
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#ask(texts);
      } catch (error) {
        if (attempt === attempts || !(error instanceof Passing))
          throw new Unavailable('The embedding provider', { cause: error });
        await new Promise((resolve) => setTimeout(resolve, pauseMs * attempt));
      }
    }
  }

  async #ask(texts: readonly string[]): Promise<readonly Float32Array[]> {
    const { url, model, apiKey, timeoutMs } = this.options;
    const authorization = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
    let response: Response;
    try {
      response = await fetch(`${url.replace(/\/+$/, '')}/embeddings`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...authorization },
        body: JSON.stringify({ model, input: texts }),
        signal: AbortSignal.timeout(timeoutMs),
      });
    } catch (error) {
      throw new Passing('The provider cannot be reached.', { cause: error });
    }
    if (!response.ok) {
      await response.body?.cancel();
      const message = `The provider answered ${response.status}.`;
      throw response.status === 429 || response.status >= 500 ? new Passing(message) : new Error(message);
    }
    return vectorsIn(await response.json(), texts.length);
  }
}

/** A failure that may be over at the next attempt. */
class Passing extends Error {}

function vectorsIn(answer: unknown, count: number): Float32Array[] {
  const { data } = answer as Partial<Answer>;
  const vectors = new Array<Float32Array | undefined>(count).fill(undefined);
  if (Array.isArray(data))
    for (const { index, embedding } of data as Answer['data'])
      if (Array.isArray(embedding) && Number.isInteger(index) && index >= 0 && index < count)
        vectors[index] = Float32Array.from(embedding);
  return vectors.map((vector) => {
    if (!vector) throw new Error('The provider left a vector out.');
    if (!vector.every(Number.isFinite)) throw new Error('A vector of the provider holds what is no number.');
    return vector;
  });
}
