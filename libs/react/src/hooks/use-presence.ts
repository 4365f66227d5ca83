import type { Present } from '@nexus-state/client';
import { useEffect, useMemo } from 'react';
import type { Owned } from '../stores/panel-address';
import { useDocument } from './use-panel';
import { useDocumentView } from './view';

/** Who has a panel open beside this page. */
export interface Presence<D = unknown> {
  /** The others that show something. */
  readonly others: readonly (Present & { readonly data: D })[];
  /** The same as `others`. */
  readonly data: readonly (Present & { readonly data: D })[];
  readonly loading: boolean;
  readonly error: Error | undefined;
  /** Shows something to the others, until the component is unmounted: any JSON of at most 4 KiB, null for nothing. */
  set(data: D | null): Promise<void>;
  /** Shows again what was set last. */
  refresh(): Promise<void>;
}

const nothing = () => undefined;

/** Who has a panel open beside this page, and what each of them shows. */
export function usePresence<D = unknown>(
  workspaceId: string,
  panelId: string,
  { owner }: Owned = {},
): Presence<D> {
  const source = useDocument({ workspaceId, panelId, owner });
  const view = useDocumentView(source, nothing);
  const shown = useMemo(() => {
    let last: { readonly data: D | null } | undefined;
    const show = (data: D | null) => {
      last = { data };
      return source.act((store) => store.show(data));
    };
    return {
      set: show,
      refresh: async () => void (last && (await show(last.data))),
      end: () => void (last?.data != null && show(null)),
    };
  }, [source]);
  useEffect(() => shown.end, [shown]);
  return useMemo(() => {
    const { end: _, ...verbs } = shown;
    return {
      get others() {
        return view.track('others') as Presence<D>['others'];
      },
      get data() {
        return this.others;
      },
      get loading() {
        return view.track('status') === 'connecting' && !view.snapshot.error;
      },
      error: view.snapshot.error,
      ...verbs,
    };
  }, [view, shown]);
}
