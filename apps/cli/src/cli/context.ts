import type { NexusClient, PanelHandle, WorkspaceHandle } from '@nexus-state/client';
import { ProfileFile } from '../connection/profiles';
import { type Settings, readSettings } from '../connection/settings';
import { type PanelReference, panelReference, wholePanel, workspaceReference } from '../input/reference';
import { type Output, Printer } from '../output/printer';
import type { Place } from './report';
import { type Streams, Terminal } from './terminal';

/** What the process gives to a command. */
export interface Surroundings extends Streams {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that the command runs in. */
  readonly folder: string;
  /** The folder of this program: a checkout is around it, or not. */
  readonly home: string;
  readonly profileFile: string;
  /** Where commands keep what they have to remember, such as the journals of imports. */
  readonly dataFolder: string;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** The options that every command has. */
export interface GlobalOptions {
  readonly output?: Output;
  readonly quiet?: boolean;
  readonly color: boolean;
  readonly profile?: string;
  readonly owner?: string;
}

/** The pauses between them grow to ten seconds: some two minutes without an answer. */
const patientRetries = 16;

/** What a command works with. The client is loaded when it is first needed. */
export class Context {
  readonly terminal: Terminal;
  readonly printer: Printer;
  readonly profiles: ProfileFile;
  readonly signal: AbortSignal;
  /** What the command is about, for a message of failure. */
  place: Place = {};
  #settings: Promise<Settings> | undefined;
  #client: Promise<NexusClient> | undefined;

  constructor(
    readonly surroundings: Surroundings,
    readonly options: GlobalOptions,
    /** What stands behind `--` on the command line. */
    readonly behindDashes: readonly string[],
  ) {
    const { env, signal, profileFile } = surroundings;
    const { color, quiet = false, output } = options;
    this.signal = signal;
    this.terminal = new Terminal(surroundings, { env, color, quiet, signal });
    this.printer = new Printer(this.terminal, output);
    this.profiles = new ProfileFile(profileFile);
  }

  /** How the service is reached. */
  settings(): Promise<Settings> {
    this.#settings ??= readSettings({ ...this.surroundings, file: this.profiles, options: this.options });
    return this.#settings;
  }

  /** The client of the service that the settings name. */
  client(): Promise<NexusClient> {
    this.#client ??= this.settings().then((settings) => this.connect(settings));
    return this.#client;
  }

  /** Makes the client wait through longer outages and rate limits, for work that takes long anyway. Before it is first used. */
  bePatient(): void {
    this.#client ??= this.settings().then((settings) =>
      this.connect({ ...settings, retries: patientRetries }),
    );
  }

  /** A client of a service. */
  async connect({
    url,
    realtimeUrl,
    token,
    retries = 3,
  }: Pick<Settings, 'url' | 'realtimeUrl' | 'token'> & { readonly retries?: number }): Promise<NexusClient> {
    this.place = { ...this.place, url };
    const { createClient } = await import('@nexus-state/client');
    return createClient({ url, token, retries, ...(realtimeUrl === undefined ? {} : { realtimeUrl }) });
  }

  /**
   * The workspace that an argument names, or the one in use.
   * @throws UsageError
   */
  async workspace(text: string | undefined): Promise<WorkspaceHandle> {
    const { workspace, owner } = await this.settings();
    return this.#handle(workspaceReference(text, workspace), owner);
  }

  /**
   * The panel that an argument names, or a part of it.
   * @throws UsageError
   */
  async part(text: string): Promise<{ panel: PanelHandle; reference: PanelReference; name: string }> {
    return this.#panel(panelReference(text, (await this.settings()).workspace));
  }

  /**
   * The panel that an argument names.
   * @throws UsageError where it names a part
   */
  async panel(text: string): Promise<{ panel: PanelHandle; reference: PanelReference; name: string }> {
    return this.#panel(wholePanel(text, (await this.settings()).workspace));
  }

  async #panel(reference: PanelReference) {
    const { owner } = await this.settings();
    const handle = await this.#handle(reference.workspace, owner);
    const name = `${reference.workspace}/${reference.panel}`;
    this.place = { ...this.place, subject: name };
    return { panel: handle.panel(reference.panel), reference, name };
  }

  async #handle(workspace: string, owner: string | undefined): Promise<WorkspaceHandle> {
    const client = await this.client();
    this.place = { ...this.place, subject: workspace };
    return client.workspace(workspace, owner === undefined ? {} : { owner });
  }

  /** Ends what was begun. */
  async close(): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    await client?.close();
  }
}
