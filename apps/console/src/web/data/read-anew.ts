import type { QueryClient } from '@tanstack/react-query';

/** Reads again what is shown, and forgets the rest: what broke a part of the page may be what was read. */
export async function readAnew(queries: QueryClient): Promise<void> {
  queries.removeQueries({ type: 'inactive' });
  await queries.refetchQueries({ type: 'active' });
}
