import { Button } from '@mantine/core';

interface OlderOnesProps {
  /** A list that is read page by page. */
  readonly list: {
    readonly hasMore: boolean;
    readonly loading: boolean;
    loadMore(): unknown;
  };
}

/** Reads the next page of a list; nothing where there is none. */
export function OlderOnes({ list: { hasMore, loading, loadMore } }: OlderOnesProps) {
  if (!hasMore) return null;
  return (
    <Button mt="md" variant="default" loading={loading} onClick={() => void loadMore()}>
      Show older ones
    </Button>
  );
}
