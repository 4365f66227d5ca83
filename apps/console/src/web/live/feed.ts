import type { FeedEntry, PanelItem } from '@nexus-state/client';
import { useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useState } from 'react';
import type { Space } from '../data/space';

const kept = 200;

/** What has happened in the open workspace since it was opened. */
export interface Feed {
  /** Newest first. */
  readonly entries: readonly FeedEntry[];
  /** When each panel changed last, by its id. */
  readonly changedAt: ReadonlyMap<string, number>;
  readonly error: unknown;
}

const nothing: Feed = { entries: [], changedAt: new Map(), error: undefined };

export const FeedContext = createContext<Feed>(nothing);

/** What the layout of the workspace follows. */
export const useFeed = () => useContext(FeedContext);

/** Follows a workspace while it is open, and keeps what was read of it up to date. */
export function useFollowedSpace(space: Space): Feed {
  const queries = useQueryClient();
  const [feed, setFeed] = useState(nothing);
  useEffect(() => {
    const ending = new AbortController();
    let waiting: FeedEntry[] = [];
    let frame: number | undefined;
    const take = () => {
      frame = undefined;
      const news = waiting;
      waiting = [];
      setFeed(({ entries, changedAt }) => {
        const next = new Map(changedAt);
        for (const { panelId } of news) next.set(panelId, Date.now());
        return {
          entries: [...news.toReversed(), ...entries].slice(0, kept),
          changedAt: next,
          error: undefined,
        };
      });
      queries.setQueryData<PanelItem[]>(
        [...space.key, 'panels'],
        (panels) => panels && withNews(panels, news),
      );
      for (const panelId of new Set(news.map((entry) => entry.panelId)))
        void queries.invalidateQueries({ queryKey: [...space.key, 'history', panelId] });
      void queries.invalidateQueries({ queryKey: [...space.key, 'changes'] });
    };
    const follow = async () => {
      for await (const entry of space.handle.changes({ cursor: 'now', signal: ending.signal })) {
        waiting.push(entry);
        frame ??= requestAnimationFrame(take);
      }
    };
    follow().catch((error: unknown) => {
      if (!ending.signal.aborted) setFeed((before) => ({ ...before, error }));
    });
    return () => {
      ending.abort(new DOMException('The workspace was left.', 'AbortError'));
      if (frame !== undefined) cancelAnimationFrame(frame);
      setFeed(nothing);
    };
  }, [space, queries]);
  return feed;
}

/** The list of panels after changes; the sizes of states are as they were read. */
export function withNews(panels: readonly PanelItem[], news: readonly FeedEntry[]): PanelItem[] {
  const byId = new Map(panels.map((panel) => [panel.panelId, panel]));
  for (const { panelId, version, occurredAt, changeType } of news) {
    if (changeType === 'deleted') byId.delete(panelId);
    else {
      const stateSizeBytes = byId.get(panelId)?.stateSizeBytes ?? 0;
      byId.set(panelId, { panelId, version, updatedAt: occurredAt, stateSizeBytes });
    }
  }
  return [...byId.values()].sort((a, b) => (a.panelId < b.panelId ? -1 : 1));
}
