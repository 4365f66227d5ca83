import path from 'node:path';
import ts from 'typescript';

const root = path.join(__dirname, 'sdk-routes.ts');

/** What the client sends to a route, and what it gives of the answer, as types of the compiler. */
export interface SdkRouteTypes {
  readonly query: ts.Type | undefined;
  readonly takes: ts.Type | undefined;
  readonly gives: ts.Type | undefined;
  readonly waits: ts.Type | undefined;
  readonly leaves: readonly string[];
  readonly adds: readonly string[];
}

/** The types of the client, as the compiler reads them. */
export interface SdkTypes {
  readonly checker: ts.TypeChecker;
  readonly routes: ReadonlyMap<string, SdkRouteTypes>;
}

/** Reads the types of `sdk-routes.ts`. */
export function readSdkTypes(): SdkTypes {
  const config = ts.readConfigFile(path.join(__dirname, '../../tsconfig.json'), (file) =>
    ts.sys.readFile(file),
  );
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, path.join(__dirname, '../..'));
  const program = ts.createProgram([root], { ...options, noEmit: true });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(root);
  const declared = source?.statements.find(ts.isInterfaceDeclaration);
  const all = source?.statements
    .filter(ts.isInterfaceDeclaration)
    .find(({ name }) => name.text === 'SdkRoutes');
  if (!source || !declared || !all) throw new Error(`${root} has no SdkRoutes.`);
  const troubles = program.getSemanticDiagnostics(source);
  if (troubles[0]) throw new Error(ts.flattenDiagnosticMessageText(troubles[0].messageText, '\n'));
  const routes = checker.getPropertiesOfType(checker.getTypeAtLocation(all));
  return {
    checker,
    routes: new Map(routes.map((route) => [route.name, typesOf(checker, checker.getTypeOfSymbol(route))])),
  };
}

function typesOf(checker: ts.TypeChecker, route: ts.Type): SdkRouteTypes {
  const typeOf = (name: string): ts.Type | undefined => {
    const symbol = route.getProperty(name);
    return symbol && checker.getTypeOfSymbol(symbol);
  };
  const textsOf = (name: string): string[] => {
    const type = typeOf(name);
    const members = type?.isUnion() ? type.types : type ? [type] : [];
    return members.flatMap((member) => (member.isStringLiteral() ? [member.value] : []));
  };
  return {
    query: typeOf('query'),
    takes: typeOf('takes'),
    gives: typeOf('gives'),
    waits: typeOf('waits'),
    leaves: textsOf('leaves'),
    adds: textsOf('adds'),
  };
}
