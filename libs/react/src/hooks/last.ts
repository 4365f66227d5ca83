import { useRef } from 'react';

/** The value that was there last, as long as it is about the same. */
export function useLast<T>(value: T | undefined, about?: string): T | undefined {
  const last = useRef({ about, value });
  if (value !== undefined || last.current.about !== about) last.current = { about, value };
  return last.current.value;
}
