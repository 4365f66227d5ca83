import { describeEmbeddingStore } from '../testing/embedding-store.contract';
import { MemoryEmbeddingStore } from './memory-embedding-store';

describeEmbeddingStore('memory', async () => ({ store: new MemoryEmbeddingStore() }));
