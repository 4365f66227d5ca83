import { Button } from '@mantine/core';

interface OlderOnesProps {
  /** A list that is read page by page. */
  readonly list: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    fetchNextPage(): unknown;
  };
}

/** Reads the next page of a list; nothing where there is none. */
export function OlderOnes({ list }: OlderOnesProps) {
  if (!list.hasNextPage) return null;
  return (
    <Button
      mt="md"
      variant="default"
      loading={list.isFetchingNextPage}
      onClick={() => void list.fetchNextPage()}
    >
      Show older ones
    </Button>
  );
}
