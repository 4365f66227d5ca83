export * from './embeddings/hashed-embeddings';
export * from './embeddings/http-embeddings';
export * from './tokens/local-tokenizer';
export * from './tokens/tokenizer-pool';
