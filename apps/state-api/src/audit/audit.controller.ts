import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AuditPage, AuditParams } from '@nexus-state/contracts';
import { AUDIT_READER, Caller, Endpoint, type Principal, ShapePipe } from '@nexus-state/nest-kit';
import { AuditNotReadable, AuditOutOfReach, type AuditReader } from '@nexus-state/state-core';
import { HasNoState } from './audited';

const defaultLimit = 100;
/** What the claim `paths` is, as text, where it narrows nothing. */
const unnarrowed = ['null', '["*"]'];

/** The audit log, for administrators. */
@ApiTags('audit')
@Controller('api/audit')
@HasNoState()
export class AuditController {
  constructor(@Inject(AUDIT_READER) private readonly reader: AuditReader | undefined) {}

  @Get()
  @Endpoint({
    summary: 'Read the audit log, newest first',
    scope: 'state:admin',
    query: AuditParams,
    responses: {
      200: {
        description:
          'A page of records. It may have fewer records than asked for, also none, where `nextCursor` is not null.',
        shape: AuditPage,
      },
    },
    problems: ['not_found'],
  })
  async read(
    @Caller() { paths }: Principal,
    @Query(new ShapePipe(AuditParams, { coerce: true })) { limit = defaultLimit, ...params }: AuditParams,
  ): Promise<AuditPage> {
    if (!unnarrowed.includes(paths.text)) throw new AuditOutOfReach();
    if (!this.reader) throw new AuditNotReadable();
    const { records, nextCursor } = await this.reader.read({ limit, ...params });
    return { records: [...records], nextCursor };
  }
}
