import './styles';
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { NexusError } from '@nexus-state/client';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { router } from './router';
import { SessionContext } from './session/context';
import { Session } from './session/session';
import { nonce } from './ui/nonce';
import { Problem } from './ui/problem';
import { Region } from './ui/region';
import { theme, variables } from './ui/theme';

const place = document.getElementById('root');
if (!place) throw new Error('The page has no place for the console.');
const root = createRoot(place);

/** The client tries again by itself what failed in passing. */
const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      retry: (failures, error) => !(error instanceof NexusError) && failures < 2,
      refetchOnWindowFocus: false,
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});

function Page({ session, error }: { readonly session?: Session; readonly error?: unknown }) {
  return (
    <StrictMode>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={variables}
        defaultColorScheme="auto"
        getStyleNonce={() => nonce}
      >
        {session ? (
          <Region name="The console">
            <SessionContext.Provider value={session}>
              <QueryClientProvider client={queries}>
                <RouterProvider router={router} />
              </QueryClientProvider>
            </SessionContext.Provider>
          </Region>
        ) : (
          <main className="page">
            <Problem error={error} title="The console could not start" onRetry={() => location.reload()} />
          </main>
        )}
      </MantineProvider>
    </StrictMode>
  );
}

Session.open().then(
  (session) => {
    // What was read for one user is not shown to another.
    let user = session.user;
    session.subscribe(() => {
      if (session.user !== user) queries.clear();
      user = session.user;
    });
    root.render(<Page session={session} />);
  },
  (error: unknown) => root.render(<Page error={error} />),
);
