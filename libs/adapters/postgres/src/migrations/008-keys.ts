import { type KeyMigration, keyMigrations } from '@nexus-state/store/postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The tables of keys, as their library makes them; a later step of the library becomes a migration of its own here. */
const step = keyMigrations[0] as KeyMigration;

/** Keys, their changes, and the revision of each owner. */
export class Keys1700000000008 implements MigrationInterface {
  name = 'Keys1700000000008';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(step.up);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(step.down);
  }
}
