import type { MigrationInterface, QueryRunner } from 'typeorm';
import { keyStep } from './key-step';

/** Keys, their changes, and the revision of each owner. */
export class Keys1700000000008 implements MigrationInterface {
  name = 'Keys1700000000008';

  up(runner: QueryRunner): Promise<void> {
    return keyStep('001-keys').up(runner);
  }

  down(runner: QueryRunner): Promise<void> {
    return keyStep('001-keys').down(runner);
  }
}
