import type { ChangeEvent } from '@nexus-state/react';
import { TriggerIcon } from '../ui/trigger-icon';

/** A change by somebody else that came while the panel was open. */
export interface SeenChange extends ChangeEvent {
  readonly actor: string;
  readonly at: number;
}

const most = 4;

/** What others have changed since the panel was opened: who, where, and to which version. */
export function RecentChanges({ changes }: { readonly changes: readonly SeenChange[] }) {
  if (changes.length === 0) return null;
  return (
    <section aria-label="Changes by others" style={{ marginTop: 16 }}>
      <h2 style={{ fontSize: 14, margin: '0 0 6px' }}>Changes by others</h2>
      <ul className="rows card" aria-live="polite">
        {changes.map(({ actor, triggeredBy, pointers, version, at }) => (
          <li key={`${version} ${at}`} style={{ padding: '8px 12px' }}>
            <div className="row-line">
              <TriggerIcon triggeredBy={triggeredBy ?? 'user'} />
              <b dir="auto">{actor}</b>
              <span className="mono">
                {pointers
                  .slice(0, most)
                  .map((pointer) => pointer || '/')
                  .join(', ')}
                {pointers.length > most && ` and ${pointers.length - most} more`}
              </span>
              <span className="spacer" />
              <span className="muted mono">version {version}</span>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
