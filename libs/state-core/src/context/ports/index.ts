export * from './embedding-queue';
export * from './embeddings';
export * from './tokenizer';
