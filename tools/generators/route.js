// @ts-check
const { namesOf, oneOf } = require('./names');

const SUBJECTS = ['panels', 'snapshots', 'workspaces'];

/**
 * A route below a panel: the shape of its answer, the controller, a test of the answer and a sample for the refusals.
 * @param {(string | undefined)[]} args subject and name
 * @returns {import('./write').Generated}
 */
function route([subjectName, name]) {
  const subject = oneOf(subjectName, SUBJECTS, 'subject');
  const { file, type } = namesOf(name, 'name of the route');
  const module = 'apps/state-api/src/app.module.ts';
  return {
    files: {
      [`libs/contracts/src/${file}.ts`]: `
import { IsInt, IsString } from 'class-validator';

/** Answer of the route \`${file}\`. */
export class ${type}Response {
  @IsString()
  panelId: string;

  /** The newest version. */
  @IsInt()
  version: number;
}
`,
      [`apps/state-api/src/${subject}/${file}.controller.ts`]: `
import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ${type}Response } from '@nexus-state/contracts';
import { Endpoint } from '@nexus-state/nest-kit';
import { type PanelKey, StateCore } from '@nexus-state/state-core';
import { AtPanel, NeedsAccess } from '../access/admission.guard';

/** Answers with the newest version of a panel. */
@ApiTags('${subject}')
@Controller('api/state/:workspaceId/:panelId/${file}')
export class ${type}Controller {
  constructor(private readonly core: StateCore) {}

  @Get()
  @Endpoint({
    summary: 'Read the newest version of a panel',
    scope: 'state:read',
    responses: { 200: { description: 'The version.', shape: ${type}Response } },
    problems: [],
  })
  @NeedsAccess('read')
  async read(@AtPanel() key: PanelKey): Promise<${type}Response> {
    const { version } = await this.core.readPanel({ key });
    return { panelId: key.panelId, version };
  }
}
`,
      [`tests/e2e/${subject}/${file}.spec.ts`]: `
import { type ApiClient, type ServiceProcess, TestStack } from '@nexus-state/test-kit';

let stack: TestStack;
let api: ServiceProcess;
let user: ApiClient;

beforeAll(async () => {
  stack = await TestStack.create();
  api = await stack.start('state-api');
});
afterAll(() => stack?.close());
beforeEach(() => {
  user = stack.client(api);
});

describe('the route ${file} of a panel', () => {
  it('answers with the newest version', async () => {
    await user.post('/api/state/ws/panel', { initialState: { n: 1 } });
    const { status, body } = await user.get('/api/state/ws/panel/${file}');
    expect([status, body]).toEqual([200, { panelId: 'panel', version: 1 }]);
  });
});
`,
    },
    insertions: [
      { file: 'libs/contracts/src/index.ts', line: `export * from './${file}';` },
      {
        file: module,
        line: `import { ${type}Controller } from './${subject}/${file}.controller';`,
        after: "import { GitController } from './git/git.controller';",
      },
      { file: module, line: `        ${type}Controller,`, after: 'FeedController,' },
      {
        file: 'tests/e2e/requests/refusals/samples.ts',
        line: `  [\`GET \${panel}/${file}\`]: { status: 200, role: 'viewer' },`,
        after: '[`GET ${panel}/history`]:',
      },
    ],
    next: [
      'Write the shape, and call your use case in the controller.',
      'Run npm run build && node tools/contracts/main.js.',
      'Name the problems of the route, and add a case to tests/e2e/requests/refusals for each.',
    ],
  };
}

module.exports = { route };
