import { Alert, Button, PasswordInput, Stack, Text, Title } from '@mantine/core';
import '@mantine/core/styles/PasswordInput.css';
import { type FormEvent, useState } from 'react';
import { claimsOf, isUsable } from './claims';
import { useSession } from './context';
import { beginSignIn } from './oidc';

/** Asks for a token, or sends the visitor to the issuer. */
export function SignIn({ reason }: { readonly reason?: string }) {
  const session = useSession();
  const [token, setToken] = useState('');
  const [fault, setFault] = useState<string>();
  const { oidc } = session.config;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const trimmed = token.trim();
    if (isUsable(trimmed)) session.signIn(trimmed);
    else
      setFault(
        claimsOf(trimmed).sub === undefined
          ? 'This is not a token with a user in it. A token is a long text with two dots.'
          : 'This token has expired. Use a newer one.',
      );
  };

  return (
    <Stack gap="md">
      {reason && <Alert color="yellow">{reason}</Alert>}
      {oidc && (
        <>
          <Button
            onClick={() =>
              void beginSignIn(oidc).catch((error: unknown) =>
                setFault(error instanceof Error ? error.message : String(error)),
              )
            }
          >
            Sign in with {new URL(oidc.issuer).host}
          </Button>
          <Text size="sm" className="muted">
            Or paste a token:
          </Text>
        </>
      )}
      <form onSubmit={submit}>
        <Stack gap="sm">
          <PasswordInput
            label="Token"
            description="It stays in this tab and ends with it."
            value={token}
            onChange={(event) => setToken(event.currentTarget.value)}
            error={fault}
            autoComplete="off"
            data-autofocus
            visibilityToggleButtonProps={{ 'aria-label': 'Show the token', tabIndex: 0 }}
          />
          <Button type="submit" variant={oidc ? 'default' : 'filled'}>
            Sign in
          </Button>
        </Stack>
      </form>
    </Stack>
  );
}

/** The page of a visitor who is not signed in. */
export function SignInPage() {
  return (
    <main className="page" style={{ maxWidth: 440 }}>
      <div className="card" style={{ padding: 24, marginTop: '10vh' }}>
        <Title order={1} size="h3" mb="xs">
          Sign in to Nexus State
        </Title>
        <SignIn />
      </div>
    </main>
  );
}
