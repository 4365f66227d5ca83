/** How the command ends, for scripts. */
export const exitCodes = {
  done: 0,
  /** Refused or failed. */
  failed: 1,
  /** Wrong usage. */
  usage: 2,
  conflict: 3,
  notFound: 4,
  /** 401 and 403. */
  notAllowed: 5,
  unavailable: 6,
  /** After Ctrl-C. */
  interrupted: 130,
} as const;

/** The HTTP statuses with an exit code of their own; all others are `failed`. */
const byStatus: Readonly<Record<number, number>> = {
  401: exitCodes.notAllowed,
  403: exitCodes.notAllowed,
  404: exitCodes.notFound,
  409: exitCodes.conflict,
  412: exitCodes.conflict,
  428: exitCodes.conflict,
  502: exitCodes.unavailable,
  503: exitCodes.unavailable,
  504: exitCodes.unavailable,
};

/** The codes whose status says something else. */
const byCode: Readonly<Record<string, number>> = {
  network: exitCodes.unavailable,
  // A conflict of kinds, not of changes: the same command is refused however often it is repeated.
  not_json: exitCodes.failed,
  encryption_not_configured: exitCodes.failed,
  too_much_contention: exitCodes.conflict,
};

/** The exit code of a refusal of the service. */
export function exitCodeOf({ code, status }: { readonly code: string; readonly status: number }): number {
  return byCode[code] ?? byStatus[status] ?? exitCodes.failed;
}
