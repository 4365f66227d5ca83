/** The injection token of the `AuditReader`; it gives undefined where the audit log cannot be read back. */
export const AUDIT_READER = Symbol('AUDIT_READER');
