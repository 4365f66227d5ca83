export type {
  AskForContext,
  Context,
  ContextPart,
  ContextSubject,
  OmittedPart,
  SearchResult,
  SearchWorkspace,
} from './context-request';
export { Contexts, type ContextPorts } from './contexts';
export { EmbeddingRequests } from './embedding-requests';
export { EmbeddingRefresh, type Refreshed, type RefreshPorts } from './refresh-embeddings';
export { Embeddings, type EmbeddingPorts, type EmbeddedText } from './embeddings';
export { type ContextFormat, cosine, meaningfulTerms } from './model';
