import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ApiClient } from './api-client';
import { leaksIn } from './log-secrets';
import { type GitFolder, createGitFolder } from './servers/git-folder';
import { type TestDatabase, createTestDatabase } from './servers/database';
import { testRedisUrl } from './servers/environment';
import { type ServiceProcess, startService } from './service-process';
import { testSecret, testToken } from './token';

/** Tests are not limited, but for those of the limits. */
const unlimited = {
  RATE_LIMIT_WRITES_PER_SECOND: '0',
  RATE_LIMIT_READS_PER_SECOND: '0',
  RATE_LIMIT_WORKSPACE_WRITES_PER_SECOND: '0',
  RATE_LIMIT_WORKSPACE_READS_PER_SECOND: '0',
};

type AppName = Parameters<typeof startService>[0];

/** Services of ours running together as separate processes, on a database, queue and git folder of their own. */
export class TestStack {
  readonly #services: { readonly service: ServiceProcess; readonly settings: Record<string, string> }[] = [];

  private constructor(
    readonly database: TestDatabase,
    private readonly git: GitFolder,
    /** The folder of the audit log, where it is a file. */
    private readonly auditFolder: string,
    readonly settings: Record<string, string>,
  ) {}

  /**
   * @param settings added to the environment of every service; `REDIS_CLUSTER_NODES` is taken in place of the Redis that all
   *   tests share
   * @param databaseServer a PostgreSQL other than the one that all tests share
   */
  static async create(settings: Record<string, string> = {}, databaseServer?: string): Promise<TestStack> {
    const database = await createTestDatabase(databaseServer);
    const git = await createGitFolder();
    const audit = mkdtempSync(path.join(tmpdir(), 'nexus-audit-'));
    return new TestStack(database, git, audit, {
      DATABASE_URL: database.url,
      ...(settings['REDIS_CLUSTER_NODES'] ? {} : { REDIS_URL: settings['REDIS_URL'] ?? testRedisUrl() }),
      QUEUE_PREFIX: `test-${randomUUID()}`,
      GIT_WORKSPACE_ROOT: git.root,
      AUDIT_FILE: path.join(audit, 'audit.log'),
      JWT_SECRET_KEY: testSecret,
      ...unlimited,
      ...settings,
    });
  }

  /** The folder of the git repositories. */
  get gitRoot(): string {
    return this.git.root;
  }

  /** All lines of the audit log, where it is a file. */
  auditText(): string {
    const files = readdirSync(this.auditFolder);
    return files.map((file) => readFileSync(path.join(this.auditFolder, file), 'utf8')).join('');
  }

  /** Starts one more process of a service and waits until it is ready. */
  async start(app: AppName, settings: Record<string, string> = {}): Promise<ServiceProcess> {
    const all = { ...this.settings, ...settings };
    const service = await startService(app, all);
    this.#services.push({ service, settings: all });
    return service;
  }

  /** A client of a service, as a user of its own unless named. */
  client(
    service: ServiceProcess,
    subject = `user-${randomUUID()}`,
    claims?: Record<string, unknown>,
  ): ApiClient {
    return new ApiClient(service.url, testToken(subject, claims));
  }

  /**
   * Stops every service and removes what they wrote; throws when git finds fault with a repository they leave, or when
   * one of them has logged a secret, a token or what was `planted`, also on the audit log.
   */
  async close(): Promise<void> {
    await Promise.all(this.#services.map(({ service }) => service.stop()));
    try {
      await this.git.check();
      const logged = this.#services.flatMap(({ service, settings }) => leaksIn(service.output(), settings));
      const leaks = [...logged, ...leaksIn(this.auditText(), this.settings)];
      if (leaks.length > 0) throw new Error(`The log contains secrets:\n${leaks.join('\n')}`);
    } finally {
      await this.database.drop();
      await this.git.remove();
      rmSync(this.auditFolder, { recursive: true, force: true });
    }
  }
}
