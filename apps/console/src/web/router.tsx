import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  useRouter,
  type ErrorComponentProps,
} from '@tanstack/react-router';
import { useContext } from 'react';
import type { ChangeFilter } from './data/change-filter';
import { SessionContext } from './session/context';
import { RootLayout } from './shell/root-layout';
import { SpaceLayout } from './shell/space-layout';
import { Problem } from './ui/problem';
import { NotFound } from './shell/not-found';

/** What an address may say beside its path; a filter is that of the activity. */
interface Search extends ChangeFilter {
  readonly owner?: string | undefined;
  readonly version?: number | undefined;
  readonly at?: string | undefined;
}

// Not by `filterNames`: the module would belong to what a first visit loads.
const texts = ['owner', 'at', 'panels', 'actor', 'triggeredBy', 'model', 'since', 'until'] as const;

function readSearch(given: Record<string, unknown>): Search {
  const version = Number(given['version']);
  const said = texts.filter((name) => given[name] !== undefined && given[name] !== '');
  return {
    ...Object.fromEntries(said.map((name) => [name, String(given[name])])),
    ...(Number.isSafeInteger(version) && version > 0 ? { version } : {}),
  };
}

const root = createRootRoute({
  component: RootLayout,
  notFoundComponent: NotFound,
  validateSearch: readSearch,
});
const launcher = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('./screens/launcher')),
});
const health = createRoute({
  getParentRoute: () => root,
  path: '/health',
  component: lazyRouteComponent(() => import('./screens/health')),
});
const space = createRoute({ getParentRoute: () => root, path: '/w/$ws', component: SpaceLayout });
const inSpace = {
  getParentRoute: () => space,
} as const;
const spaceIndex = createRoute({
  ...inSpace,
  path: '/',
  component: lazyRouteComponent(() => import('./screens/space')),
});
const snapshots = createRoute({
  ...inSpace,
  path: 'snapshots',
  component: lazyRouteComponent(() => import('./screens/snapshots')),
});
const members = createRoute({
  ...inSpace,
  path: 'members',
  component: lazyRouteComponent(() => import('./screens/members')),
});
const activity = createRoute({
  ...inSpace,
  path: 'activity',
  component: lazyRouteComponent(() => import('./screens/activity')),
});
const keys = createRoute({
  ...inSpace,
  path: 'keys',
  component: lazyRouteComponent(() => import('./screens/keys')),
});
const proposals = createRoute({
  ...inSpace,
  path: 'proposals',
  component: lazyRouteComponent(() => import('./screens/proposals')),
});
const proposal = createRoute({
  ...inSpace,
  path: 'proposals/$proposal',
  component: lazyRouteComponent(() => import('./screens/proposal')),
});
const rules = createRoute({
  ...inSpace,
  path: 'proposals/rules',
  component: lazyRouteComponent(() => import('./screens/approval-rules')),
});
const turns = createRoute({
  ...inSpace,
  path: 'activity/turns',
  component: lazyRouteComponent(() => import('./screens/turns')),
});
const turn = createRoute({
  ...inSpace,
  path: 'activity/turns/$turn',
  component: lazyRouteComponent(() => import('./screens/turn')),
});
const context = createRoute({
  ...inSpace,
  path: 'context',
  component: lazyRouteComponent(() => import('./screens/context')),
});
const panel = createRoute({
  ...inSpace,
  path: '$panel',
  component: lazyRouteComponent(() => import('./screens/panel')),
});
const history = createRoute({
  ...inSpace,
  path: '$panel/history',
  component: lazyRouteComponent(() => import('./screens/history')),
});

const routeTree = root.addChildren([
  launcher,
  health,
  space.addChildren([
    spaceIndex,
    snapshots,
    members,
    activity,
    keys,
    proposals,
    rules,
    proposal,
    turns,
    turn,
    context,
    panel,
    history,
  ]),
]);

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  defaultErrorComponent: PageFailure,
  scrollRestoration: true,
});

function PageFailure({ error, reset }: ErrorComponentProps) {
  const { invalidate } = useRouter();
  const session = useContext(SessionContext);
  const retry = async () => {
    await Promise.all([session?.readAgain(), invalidate()]);
    reset();
  };
  return (
    <div style={{ padding: 16 }}>
      <Problem error={error} title="This page stopped working" onRetry={() => void retry()} />
    </div>
  );
}

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
