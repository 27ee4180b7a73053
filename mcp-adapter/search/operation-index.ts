import { parse, visit } from 'graphql';
import MiniSearch from 'minisearch';
import type { Operation } from '../ports.ts';

/** Words that building people use, and the graph's own for the same thing. */
const synonyms: Readonly<Record<string, readonly string[]>> = {
  consumption: ['use', 'energy'],
  usage: ['use', 'energy'],
  power: ['electricity', 'load', 'demand'],
  demand: ['peak', 'load'],
  campus: ['site'],
  property: ['building'],
  house: ['building'],
  cooling: ['chilled', 'water'],
  heating: ['hot', 'steam', 'gas'],
  eui: ['intensity'],
  baseline: ['base', 'normal'],
  night: ['base', 'load'],
  overnight: ['base', 'night'],
  waste: ['base', 'night'],
  biggest: ['top', 'largest'],
  worst: ['top', 'largest'],
  sensor: ['meter'],
  submeter: ['meter'],
  upload: ['ingest', 'store'],
  missing: ['coverage', 'gaps'],
  quality: ['coverage'],
  schedule: ['profile'],
  trend: ['over', 'time', 'series'],
  day: ['daily'],
  most: ['top', 'highest'],
};

/** Names of periods: every operation takes one, so that they say little of which is meant. */
const periods = /\b(last|this|past|previous) (day|week|month|quarter|year)s?\b|\b(today|yesterday)\b/g;

export interface OperationHit {
  readonly operation: Operation;
  readonly score: number;
}

export interface OperationIndex {
  /** The best operations for some words, best first, of those that `visible` lets through. */
  search(words: string, visible: (operation: Operation) => boolean, limit: number): readonly OperationHit[];
}

/** Finds operations by name, title, keywords, description and the fields they touch. */
export function createOperationIndex(operations: readonly Operation[]): OperationIndex {
  const byName = new Map(operations.map((operation) => [operation.name, operation]));
  const index = new MiniSearch({
    idField: 'name',
    fields: ['words', 'title', 'keywords', 'description', 'fields'],
    searchOptions: {
      boost: { words: 3, title: 3, keywords: 2.5, description: 1 },
      prefix: (term) => term.length > 3,
      fuzzy: (term) => (term.length > 4 ? 0.2 : false),
    },
    processTerm: (term) => stem(term.toLowerCase()),
  });
  index.addAll(
    operations.map((operation) => ({
      name: operation.name,
      words: splitWords(operation.name),
      title: operation.title,
      keywords: operation.keywords.join(' '),
      description: operation.description,
      fields: fieldNames(operation.body).map(splitWords).join(' '),
    })),
  );

  // Keywords of several words, and the field asked for, that stand in a question as they are tell more than their words apart.
  const phrases = new Map(
    operations.map(({ name, keywords, responsePath }) => [
      name,
      [...keywords, splitWords(responsePath?.split('.').at(-1) ?? '')]
        .map((words) => phraseOf(wordsOf(words.toLowerCase())))
        .filter((phrase) => /\S \S/.test(phrase)),
    ]),
  );

  return {
    search(words, visible, limit) {
      const text = words.toLowerCase();
      const given = wordsOf(text);
      const ofPeriods = new Set([...text.matchAll(periods)].flatMap(([phrase]) => wordsOf(phrase)));
      const expanded = given.flatMap((word) => synonyms[word] ?? synonyms[stem(word)] ?? []);
      const asked = phraseOf(given);
      return index
        .search([...given, ...expanded].join(' '), {
          boostTerm: (_term, place) =>
            place >= given.length ? 0.4 : ofPeriods.has(given[place] ?? '') ? 0.3 : 1,
        })
        .flatMap(({ id, score }) => {
          const operation = byName.get(String(id));
          if (!operation || !visible(operation)) return [];
          const named = (phrases.get(operation.name) ?? []).some((phrase) => asked.includes(phrase));
          return [{ operation, score: named ? score * 1.6 : score }];
        })
        .sort((a, b) => b.score - a.score)
        .slice(0, limit);
    },
  };
}

const stopWords: ReadonlySet<string> = new Set(
  'a an and are as at be by did do does for from had has have how i in is it me my of on or our show tell than that the their there these this to was we were what when where which who why will with you your'.split(
    ' ',
  ),
);

function wordsOf(text: string): readonly string[] {
  return text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '' && !stopWords.has(word));
}

/** Stemmed words between blanks, so that whole words are compared. */
function phraseOf(words: readonly string[]): string {
  return ` ${words.map(stem).join(' ')} `;
}

/** Enough of a stemmer for plurals: `buildings` and `building` are one word. */
function stem(word: string): string {
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  return word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word;
}

/** `BuildingEnergyUse` -> `Building Energy Use`. */
function splitWords(name: string): string {
  return name.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2');
}

function fieldNames(body: string): readonly string[] {
  const names = new Set<string>();
  visit(parse(body), { Field: (node) => void names.add(node.name.value) });
  return [...names];
}
