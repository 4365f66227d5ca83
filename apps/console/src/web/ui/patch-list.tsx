import type { JsonPatch } from '@nexus-state/react';

const most = 200;

/** A JSON Patch, an operation a line. */
export function PatchList({ patch }: { readonly patch: JsonPatch }) {
  return (
    <ul className="rows card" aria-label="Patch">
      {patch.slice(0, most).map((operation, index) => (
        <li key={index} className="mono" style={{ padding: '6px 12px' }}>
          <b
            className={
              operation.op === 'remove' ? 'op-remove' : operation.op === 'add' ? 'op-add' : undefined
            }
          >
            {operation.op}
          </b>{' '}
          {operation.path || '/'} {'from' in operation && `from ${operation.from}`}
          {'value' in operation && shortened(operation.value)}
        </li>
      ))}
      {patch.length > most && <li className="muted">and {patch.length - most} more</li>}
    </ul>
  );
}

function shortened(value: unknown): string {
  const text = JSON.stringify(value) ?? '';
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
