export * from './embeddings';
export * from './tokenizer';
