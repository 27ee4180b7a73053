/** An argument of a prompt: MCP passes strings. */
export interface PromptArgument {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
}

/** A task that a person can start in a client: words for the model, and the tools that it needs. */
export interface PromptDefinition {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: readonly PromptArgument[];
  /** Operations that the text names: the prompt is offered where all of them are. */
  readonly tools: readonly string[];
  text(given: Readonly<Record<string, string>>): string;
}

export const buildingArgument: PromptArgument = {
  name: 'buildingId',
  description: "The building's id.",
  required: true,
};
export const siteArgument: PromptArgument = {
  name: 'siteId',
  description: "The site's id. All sites when left out.",
  required: false,
};
export const periodArgument: PromptArgument = {
  name: 'period',
  description: 'A named period, for example LAST_30_DAYS.',
  required: false,
};
