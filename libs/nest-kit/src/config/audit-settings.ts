import { str } from 'envalid';
import { shareOrSwitch, text } from './validators';

/** The settings of the audit log. */
export const auditSettings = {
  AUDIT_SINK: str({
    choices: ['file', 'stdout', 'postgres', 'off'],
    default: 'file',
    desc: 'Where the audit log is kept: a file, the standard output, or the table audit_records; off disables it.',
  }),
  AUDIT_FILE: text({
    default: '.nexus/logs/audit.log',
    desc: 'File of the audit log, if AUDIT_SINK is file. Processes of one machine may share it.',
  }),
  AUDIT_READS: shareOrSwitch({
    default: 1,
    desc: 'Which reads are on the audit log: all, off, or a share from 0 to 1. Writes always are.',
  }),
  AUDIT_ON_FAILURE: str({
    choices: ['refuse', 'continue'],
    default: 'refuse',
    desc: 'What happens to writes while the audit log cannot be written: they are refused, or continue while their records wait in memory.',
  }),
} as const;
