import { useMediaQuery } from '@mantine/hooks';

/** Whether the page is as narrow as that of a phone: what stands side by side elsewhere goes below one another. `only-small` in CSS. */
export function useSmall(): boolean {
  return useMediaQuery('(max-width: 560px)', undefined, { getInitialValueInEffect: false });
}
