import { duration, httpUrl, text } from './validators';

/** The settings of contexts and searches. */
export const contextSettings = {
  EMBEDDINGS_URL: httpUrl({
    default: undefined,
    desc: 'Base of an OpenAI-compatible API that makes embeddings; `/embeddings` is appended. Without it, searches compare words and their spelling, and nothing leaves the service.',
    example: 'https://models.example/v1',
  }),
  EMBEDDINGS_MODEL: text({
    default: 'text-embedding-3-small',
    desc: 'Model of the embeddings, if EMBEDDINGS_URL is set.',
  }),
  EMBEDDINGS_API_KEY: text({
    default: undefined,
    desc: 'Key that is sent to EMBEDDINGS_URL as a bearer token.',
  }),
  EMBEDDINGS_TIMEOUT: duration(
    100,
    600_000,
  )({
    default: 2_000,
    desc: 'How long a search or a context waits for embeddings; then it is ranked without those that are missing.',
  }),
} as const;
