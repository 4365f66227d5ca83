const id = { type: 'string', pattern: '^[A-Za-z0-9._~:-]{1,255}$' };

/** The path parameters of the API by name, as OpenAPI describes them. */
export const pathParameters = {
  workspaceId: {
    description: 'The workspace; 1–255 of `A-Z a-z 0-9 . _ ~ : -`, not `.` or `..`.',
    schema: id,
  },
  panelId: {
    description: 'The panel; 1–255 of `A-Z a-z 0-9 . _ ~ : -`, not `.` or `..`, and no reserved word.',
    schema: id,
  },
  name: {
    description: 'The lock; 1–255 of `A-Z a-z 0-9 . _ ~ : -`, not `.` or `..`.',
    schema: id,
  },
  userId: { description: "The user: their token's `sub`; 1–255 bytes of UTF-8.", schema: { type: 'string' } },
  key: {
    description:
      'The key: what follows is `/` and the rest of the path, percent-decoded; at `/state/`, the rest alone. 1–1,024 bytes of UTF-8, without control characters and without empty, `.` or `..` segments.',
    schema: { type: 'string' },
  },
  snapshotId: { description: 'The snapshot.', schema: { type: 'string', format: 'uuid' } },
  turnId: { description: 'The turn.', schema: { type: 'string' } },
  proposalId: { description: 'The proposal.', schema: { type: 'string' } },
  jobId: { description: 'The job that takes a snapshot.', schema: { type: 'string' } },
} as const;
