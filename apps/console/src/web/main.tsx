import './styles';
import { MantineProvider } from '@mantine/core';
import { RouterProvider } from '@tanstack/react-router';
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
              <RouterProvider router={router} />
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
  (session) => root.render(<Page session={session} />),
  (error: unknown) => root.render(<Page error={error} />),
);
