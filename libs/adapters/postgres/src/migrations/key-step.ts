import { keyMigrations } from '@nexus-state/store/postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A step of the schema of keys, as their library makes it; a later step of the library becomes a migration of its own here. Where the
 * library's own `migrate` was there first, nothing is left to do.
 * @throws Error where the library knows no such step
 */
export function keyStep(name: string): MigrationInterface {
  const step = keyMigrations.find((known) => known.name === name);
  if (!step) throw new Error(`The library of keys has no step "${name}".`);
  return {
    async up(runner: QueryRunner): Promise<void> {
      const [state] = await runner.query(`SELECT ${step.isDone} AS done`);
      if (state?.done !== true) await runner.query(step.up);
    },
    async down(runner: QueryRunner): Promise<void> {
      await runner.query(step.down);
    },
  };
}
