import { Skeleton } from '@mantine/core';
import { type ComponentProps, Suspense, lazy } from 'react';

const Editor = lazy(() => import('./json-editor'));
const Tree = lazy(() => import('./json-tree'));
const Diff = lazy(() => import('./json-diff'));

/** The editor, loaded when it is needed first. */
export const JsonEditor = (props: ComponentProps<typeof Editor>) => (
  <Suspense fallback={<Skeleton height={280} aria-label="Loading the editor" />}>
    <Editor {...props} />
  </Suspense>
);

/** The tree, loaded when it is needed first. */
export const JsonTree = (props: ComponentProps<typeof Tree>) => (
  <Suspense fallback={<Skeleton height={280} aria-label="Loading the tree" />}>
    <Tree {...props} />
  </Suspense>
);

/** The comparison, loaded when it is needed first. */
export const JsonDiff = (props: ComponentProps<typeof Diff>) => (
  <Suspense fallback={<Skeleton height={200} aria-label="Loading the comparison" />}>
    <Diff {...props} />
  </Suspense>
);
