import type { MigrationInterface, QueryRunner } from 'typeorm';
import { keyStep } from './key-step';

/** An index of the sensitive values, by which those are found that a newer key is to encrypt. */
export class SensitiveKeys1700000000011 implements MigrationInterface {
  name = 'SensitiveKeys1700000000011';

  up(runner: QueryRunner): Promise<void> {
    return keyStep('002-sensitive-values').up(runner);
  }

  down(runner: QueryRunner): Promise<void> {
    return keyStep('002-sensitive-values').down(runner);
  }
}
