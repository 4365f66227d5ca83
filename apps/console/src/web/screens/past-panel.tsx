import { Button, Group, Skeleton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { usePast } from '../data/queries';
import type { Space } from '../data/space';
import { JsonEditor } from '../editor/lazy';
import { jsonText, moment } from '../format/format';
import { Problem } from '../ui/problem';

interface PastPanelProps {
  readonly space: Space;
  readonly panelId: string;
  readonly version: number | undefined;
  readonly at: string | undefined;
}

/** A panel as it was: at a version, or at an instant. */
export default function PastPanel({ space, panelId, version, at }: PastPanelProps) {
  const { data, error, refresh } = usePast(space, panelId, { version, at });
  const params = { ws: space.id, panel: panelId };
  return (
    <section aria-label={`Panel ${panelId} as it was`}>
      <div className="toolbar">
        <h1 className="mono" style={{ fontSize: '1.125rem' }}>
          {panelId}
        </h1>
        {data && (
          <span className="muted">
            as it was at version {data.version}, {moment(data.updatedAt)}
          </span>
        )}
        <span className="spacer" />
        <Group gap={6}>
          <Button
            size="sm"
            renderRoot={(props) => (
              <Link {...props} to="/w/$ws/$panel" params={params} search={{ owner: space.owner }} />
            )}
          >
            Back to now
          </Button>
        </Group>
      </div>
      {error ? (
        <Problem error={error} title="This state could not be read" onRetry={() => void refresh()} />
      ) : data ? (
        <JsonEditor
          label={`State of ${panelId}, version ${data.version}`}
          text={jsonText(data.state)}
          readOnly
        />
      ) : (
        <Skeleton height={280} aria-label="Loading the state" />
      )}
    </section>
  );
}
