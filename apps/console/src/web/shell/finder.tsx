import { Kbd } from '@mantine/core';
import '../ui/modal-styles';
import '@mantine/core/styles/ScrollArea.css';
import { Spotlight, createSpotlight } from '@mantine/spotlight';
import '@mantine/spotlight/styles.css';
import { Search } from 'lucide-react';
import { useEffect, useState } from 'react';

/** Something that can be found and done. */
export interface Action {
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  /** Found by other means than its words: it is shown for any of them. */
  readonly isFound?: boolean;
  readonly run: () => void;
}

export interface ActionGroup {
  readonly group: string;
  readonly actions: readonly Action[];
}

interface FinderProps {
  readonly label: string;
  readonly placeholder: string;
  readonly groups: readonly ActionGroup[];
  readonly onClose: () => void;
  /** Told of what is typed. */
  readonly onQuery?: (query: string) => void;
}

/** Most that are shown: thousands of panels are found by typing. */
const limit = 40;

/** A list that is searched by typing and used with the keys. */
export default function Finder({ label, placeholder, groups, onClose, onQuery }: FinderProps) {
  const [query, setQuery] = useState('');
  const [[store, spotlight]] = useState(() => createSpotlight());
  useEffect(() => spotlight.open(), [spotlight]);
  // The library chooses when something is typed: what comes later would have to be chosen by hand.
  useEffect(() => {
    if (query !== '' && choosesFirst(store.getState().listId))
      store.updateState((state) => ({ ...state, selected: 0 }));
  });
  return (
    <Spotlight
      store={store}
      shortcut={null}
      onSpotlightClose={onClose}
      query={query}
      onQueryChange={(typed) => {
        setQuery(typed);
        onQuery?.(typed);
      }}
      limit={limit}
      scrollable
      scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}
      maxHeight="min(60dvh, 440px)"
      highlightQuery={false}
      nothingFound="Nothing found"
      attributes={{ content: { 'aria-label': label } }}
      searchProps={{
        placeholder,
        'aria-label': placeholder,
        leftSection: <Search size={18} aria-hidden />,
        rightSection: <Kbd size="xs">Esc</Kbd>,
      }}
      actions={groups
        .filter(({ actions }) => actions.length > 0)
        .map(({ group, actions }) => ({
          group,
          actions: actions.map(({ id, label: text, description, isFound, run }) => ({
            id,
            label: text,
            onClick: run,
            ...(isFound ? { keywords: query } : {}),
            ...(description === undefined ? {} : { description }),
          })),
        }))}
    />
  );
}

/**
 * Chooses the first action of a list in which none is chosen, as the list itself does it: Enter does what is marked so.
 * @returns whether it has
 */
function choosesFirst(listId: string): boolean {
  const list = document.getElementById(listId);
  const first = list?.querySelector('[data-action]');
  if (!first || list?.querySelector('[data-selected]')) return false;
  first.setAttribute('data-selected', 'true');
  return true;
}
