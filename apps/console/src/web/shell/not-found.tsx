import { Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';

/** An address that leads nowhere. */
export function NotFound() {
  return (
    <div className="page">
      <Title order={1} size="h3">
        There is nothing here
      </Title>
      <Text className="muted" mt="xs">
        The address is wrong, or this service does not offer the page.{' '}
        <Link to="/" style={{ color: 'var(--nx-accent)' }}>
          All workspaces
        </Link>
      </Text>
    </div>
  );
}
