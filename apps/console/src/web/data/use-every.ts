import { useEffect, useRef } from 'react';

/** Does something again and again while the component is there. */
export function useEvery(ms: number, work: () => void, isWanted = true): void {
  const newest = useRef(work);
  newest.current = work;
  useEffect(() => {
    if (!isWanted) return undefined;
    const timer = setInterval(() => newest.current(), ms);
    return () => clearInterval(timer);
  }, [ms, isWanted]);
}
