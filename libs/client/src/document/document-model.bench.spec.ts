import type { JsonObject, JsonPatch } from '@nexus-state/documents';
import { DocumentModel } from './document-model';

const updates = 4_000;
const batch = 200;
const mostMs = 0.2;

/** A document of about 10 KB, and updates of about 1 KB each. */
function prepared(): { state: JsonObject; patches: JsonPatch[] } {
  const rows = Array.from({ length: 100 }, (_, index) => ({ id: index, text: 'x'.repeat(80), done: false }));
  const patches = Array.from({ length: updates }, (_, index): JsonPatch => {
    const at = index % 100;
    return [
      { op: 'replace', path: `/rows/${at}/text`, value: String(index).padEnd(900, 'y') },
      { op: 'replace', path: `/rows/${at}/done`, value: index % 2 === 0 },
    ];
  });
  return { state: { rows }, patches };
}

/** The mean of the best of several batches: what else the machine does meanwhile does not count. */
function bestMeanMs(model: DocumentModel, patches: readonly JsonPatch[]): number {
  const means: number[] = [];
  for (let first = 0; first < patches.length; first += batch) {
    const begin = performance.now();
    for (let index = first; index < first + batch; index++) {
      model.receive({
        kind: 'update',
        version: index + 2,
        patch: patches[index] as JsonPatch,
        actor: 'other',
      });
      model.takeEvents();
    }
    means.push((performance.now() - begin) / batch);
  }
  return Math.min(...means);
}

describe('applying an update of 1 KB', () => {
  it(`takes ${mostMs} ms at most`, () => {
    const { state, patches } = prepared();
    const model = new DocumentModel('me');
    model.receive({ kind: 'sync', version: 1, state });
    const ms = bestMeanMs(model, patches);
    console.log(`an update of 1 KB: ${ms.toFixed(4)} ms`);
    expect(model.version).toBe(updates + 1);
    expect(ms).toBeLessThanOrEqual(mostMs);
  });
});
