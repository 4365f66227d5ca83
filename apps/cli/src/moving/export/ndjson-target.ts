import type { Terminal } from '../../cli/terminal';
import type { ExportTarget } from './export-target';

/** Lines on standard output: `{"panelId", "version", "updatedAt", "state"}`, and `{"panelId", "change"}` for history. */
export function ndjsonTarget(terminal: Terminal): ExportTarget {
  return {
    panel: ({ panelId, version, updatedAt, state }) =>
      terminal.line(JSON.stringify({ panelId, version, updatedAt, state })),
    async history(panelId, entries) {
      for await (const change of entries) await terminal.line(JSON.stringify({ panelId, change }));
    },
    finish: async () => undefined,
    discard: async () => undefined,
  };
}
