import { loadSupergraph, type Supergraph } from '../federation/supergraph.ts';
import type { TextSource } from '../federation/text-source.ts';
import { createAdHoc, type Prepared } from './ad-hoc.ts';
import { type Catalogue, type CatalogueOptions, loadCatalogue } from './catalogue.ts';
import type { OperationLimits } from './limits.ts';
import { parseManifest } from './manifest.ts';

/** One supergraph and what was made ready for it. Replaced as a whole, never changed. */
export interface Generation {
  readonly supergraph: Supergraph;
  readonly catalogue: Catalogue;
  readonly prepareAdHoc: (query: string, operationName: string | undefined) => Prepared;
}

export interface LiveOperationsOptions extends CatalogueOptions {
  readonly supergraph: TextSource;
  readonly manifest: TextSource;
  readonly limits: OperationLimits;
  readonly maxAdHocPlans: number;
  /** Told of every generation that takes over, and of every one that could not. */
  readonly onReload: (outcome: ReloadOutcome) => void;
}

export type ReloadOutcome =
  | { readonly ok: true; readonly generation: Generation }
  /** The last good generation stays in service. */
  | { readonly ok: false; readonly error: unknown };

export interface LiveOperations extends Disposable {
  current(): Generation;
  /** Reads both texts again and takes them over if they are good. Resolves when that is decided; never rejects. */
  reload(): Promise<ReloadOutcome>;
}

/** Rejects when the first supergraph or manifest can't be loaded: without a last good one there is nothing to serve. */
export async function createLiveOperations(options: LiveOperationsOptions): Promise<LiveOperations> {
  let current = await loadGeneration(options);
  let running: Promise<ReloadOutcome> | undefined;
  let again = false;

  async function reloadOnce(): Promise<ReloadOutcome> {
    try {
      const next = await loadGeneration(options);
      // Also when nothing changed but a file's time: keeping the old one keeps its caches and streams.
      if (
        next.catalogue.hash !== current.catalogue.hash ||
        next.catalogue.faults.length !== current.catalogue.faults.length
      ) {
        current = next;
        options.onReload({ ok: true, generation: next });
      }
      return { ok: true, generation: current };
    } catch (error) {
      options.onReload({ ok: false, error });
      return { ok: false, error };
    }
  }

  /** A change during a reload is not lost: another one follows. */
  function reload(): Promise<ReloadOutcome> {
    if (running) {
      again = true;
      return running;
    }
    const run = async (): Promise<ReloadOutcome> => {
      let outcome: ReloadOutcome;
      do {
        again = false;
        outcome = await reloadOnce();
      } while (again);
      running = undefined;
      return outcome;
    };
    running = run();
    return running;
  }

  const watches = [options.supergraph, options.manifest].map((source) => source.watch?.(() => void reload()));
  return {
    current: () => current,
    reload,
    [Symbol.dispose]() {
      for (const watch of watches) watch?.[Symbol.dispose]();
    },
  };
}

async function loadGeneration(options: LiveOperationsOptions): Promise<Generation> {
  const { limits, maxAdHocPlans, ttls, scalars } = options;
  const [sdl, manifest] = await Promise.all([options.supergraph.read(), options.manifest.read()]);
  const supergraph = loadSupergraph(sdl);
  const catalogue = await loadCatalogue(parseManifest(manifest), supergraph, { ttls, scalars });
  const prepareAdHoc = createAdHoc({ supergraph, limits, maxRemembered: maxAdHocPlans, ttls, scalars });
  return { supergraph, catalogue, prepareAdHoc };
}
