import { UriTemplate } from '@modelcontextprotocol/server';
import type { Operation } from '../ports.ts';

/** `eaio://live/EnergyPulse{?buildingId,type}`: a subscription's resources, one for each choice of its variables. */
export function liveTemplate(operation: Operation): string {
  const names = visibleVariables(operation);
  return `eaio://live/${operation.name}${names.length > 0 ? `{?${names.join(',')}}` : ''}`;
}

export function visibleVariables(operation: Operation): readonly string[] {
  return Object.entries(operation.variables).flatMap(([name, variable]) =>
    variable.fromClaim ? [] : [name],
  );
}

/** The values that a URI gives a template's names, as text; null when the URI is not of the template. */
export function matchUri(template: string, uri: string): Readonly<Record<string, string>> | null {
  const [base = '', query] = template.split('{?', 2);
  const [uriBase = '', uriQuery] = uri.split('?', 2);
  const path = new UriTemplate(base).match(uriBase);
  if (!path) return null;
  const fromPath = Object.entries(path).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, decodeURIComponent(value)]] : [],
  );
  if (uriQuery !== undefined && query === undefined) return null;
  return { ...Object.fromEntries(fromPath), ...Object.fromEntries(new URLSearchParams(uriQuery ?? '')) };
}
