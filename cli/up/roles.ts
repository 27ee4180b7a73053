import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config, Environment } from '../../platform/config/load.ts';
import type { Lifecycle } from '../../platform/lifecycle/lifecycle.ts';
import type { Steps } from '../output/steps.ts';
import type { DataFolder } from '../state/data-folder.ts';
import type { Run } from '../state/run-file.ts';
import { createRoleChild, type RoleChild } from '../supervisor/role-child.ts';
import type { Services } from './services.ts';

export interface RolesOptions {
  readonly config: Config;
  readonly env: Environment;
  readonly services: Services;
  readonly port: number;
  readonly folder: DataFolder;
  readonly steps: Steps;
  readonly lifecycle: Lifecycle;
  /** The processes are others than before. */
  readonly onProcesses: (children: Run['children']) => void;
}

export interface Roles {
  /** Begins all of them; resolves when all serve. @throws OperatorError when one can't. */
  start(): Promise<void>;
  /** Lets them open their doors. */
  serve(): void;
}

const program = fileURLToPath(new URL('../eaio.ts', import.meta.url));
/** The order in which they are drained: the door first, so that nothing new comes in behind it. */
const drainOrder = ['workers', 'subgraph', 'edge'];

/** The processes of the system: one for each role, several for the edge when it is to have workers. */
export function createRoles({
  config,
  env,
  services,
  port,
  folder,
  steps,
  lifecycle,
  onProcesses,
}: RolesOptions): Roles {
  const childEnv: NodeJS.ProcessEnv = {
    ...env,
    PORT: String(port),
    DATABASE_URL: services.databaseUrl,
    REDIS_URL: services.redisUrl,
    EAIO_DATA_DIR: folder.path,
  };
  const make = (name: string, role: string): RoleChild =>
    createRoleChild({
      name,
      command: [
        process.execPath,
        '--disable-warning=ExperimentalWarning',
        program,
        'up',
        '--role',
        role,
        '--supervised',
      ],
      env: childEnv,
      logFile: join(folder.logs, `${name.replaceAll(':', '-')}.log`),
      onEvent: steps.print,
      onProcess: () => onProcesses(all.flatMap(recordOf)),
      // The process itself closes within this; the kill is for one that hangs.
      drainMs: config.http.shutdownDeadlineS * 1000 + 5_000,
    });

  const groups = (config.run.roles ?? ['edge', 'workers'])
    .toSorted((a, b) => drainOrder.indexOf(a.replace(/:.*/, '')) - drainOrder.indexOf(b.replace(/:.*/, '')))
    .map((role) => {
      const count = role === 'edge' ? config.http.edgeWorkers : 1;
      const names = Array.from({ length: count }, (_, i) => (count === 1 ? role : `${role}-${i + 1}`));
      return { role, children: names.map((name) => make(name, role)) };
    });
  const all = groups.flatMap(({ children }) => children);

  return {
    async start() {
      await Promise.all(
        groups.map(({ role, children }) => {
          // Deferred before it is begun: a start that is broken off must find them.
          lifecycle.defer(
            role,
            () => steps.run(`${titleOf(role, children.length)} drained`, () => drainAll(children, steps)),
            {
              deadlineMs: config.http.shutdownDeadlineS * 1000 + 10_000,
            },
          );
          return steps.run(`${titleOf(role, children.length)}`, () =>
            Promise.all(children.map((child) => child.start())),
          );
        }),
      );
    },
    serve() {
      for (const child of all) child.serve();
    },
  };
}

function recordOf(child: RoleChild): Run['children'] {
  const process = child.process();
  return process === undefined ? [] : [{ name: child.name, ...process }];
}

async function drainAll(children: readonly RoleChild[], steps: Steps): Promise<void> {
  await Promise.all(
    children.map(async (child) => {
      if (!(await child.drain()))
        steps.print(`The ${child.name} process did not finish in time and was killed.`);
    }),
  );
}

const titleOf = (role: string, count: number): string => {
  const title =
    role === 'edge' ? 'Edge' : role === 'workers' ? 'Workers' : `Subgraph ${role.replace(/^subgraph:/, '')}`;
  return count === 1 ? title : `${title} (${count} processes)`;
};
