import { type AskForContext, Contexts, Embeddings, VisiblePanels } from '@nexus-state/state-core';
import { MemoryChangeFeed, MemoryEmbeddingStore } from '@nexus-state/state-core/memory';
import { SnapshotWorld } from '@nexus-state/state-core/testing/snapshot-world';
import { HashedEmbeddings } from '../embeddings/hashed-embeddings';
import { LocalTokenizer } from '../tokens/local-tokenizer';

/** One workspace in memory, and contexts of it by real vocabularies. */
export class ContextWorld extends SnapshotWorld {
  readonly tokenizer = new LocalTokenizer();
  /** What contexts need beside embeddings. */
  readonly ports = {
    store: this.store,
    history: this.store,
    large: this.large,
    reader: this.reader,
    feed: new MemoryChangeFeed(this.store),
    tokenizer: this.tokenizer,
  };
  readonly contexts = this.afresh();

  /** The same workspace behind contexts that remember nothing. */
  afresh(): Contexts {
    return new Contexts({
      ...this.ports,
      embeddings: new Embeddings({
        provider: new HashedEmbeddings(),
        store: new MemoryEmbeddingStore(),
        failed: (error) => {
          throw error;
        },
        patienceMs: 30_000,
      }),
    });
  }

  /** A request for a context of all of it. */
  ask(more: Partial<AskForContext> = {}): AskForContext {
    return {
      workspace: this.workspace,
      visible: VisiblePanels.all,
      budgetTokens: 1_000,
      vocabulary: 'o200k_base',
      format: 'markdown',
      include: ['state'],
      ...more,
    };
  }
}
