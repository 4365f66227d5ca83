import { type ExecutionContext, createParamDecorator } from '@nestjs/common';

/** What a caller prefers of an answer that takes long (RFC 7240). */
export interface Preference {
  /** Rather return the job than wait for its end. */
  readonly respondAsync: boolean;
  /** How long they would wait first, in milliseconds. */
  readonly waitMs: number | undefined;
}

/**
 * Reads `Prefer` (RFC 7240 section 2): `respond-async` and `wait`. Preferences that are not known, or make no sense, are
 * passed by, as the RFC demands; of one that is given twice, the first counts.
 */
export function parsePreference(header: string | undefined): Preference {
  const preferences = new Map<string, string | undefined>();
  for (const preference of (header ?? '').split(',')) {
    const [name = '', value] = (preference.split(';')[0] as string).split('=').map((part) => part.trim());
    const known = name.toLowerCase();
    if (!preferences.has(known)) preferences.set(known, value?.replace(/^"(.*)"$/, '$1'));
  }
  const wait = preferences.get('wait') ?? '';
  return {
    respondAsync: preferences.has('respond-async'),
    waitMs: /^\d{1,9}$/.test(wait) ? Number(wait) * 1000 : undefined,
  };
}

/** The header `Prefer` of a request: `@Prefers() preference: Preference`. */
export const Prefers = createParamDecorator((_: unknown, context: ExecutionContext): Preference => {
  const { headers } = context.switchToHttp().getRequest<{ headers: { readonly prefer?: string } }>();
  return parsePreference(headers.prefer);
});
