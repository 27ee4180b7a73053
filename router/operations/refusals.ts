import { EaioError } from '../../platform/errors/eaio-error.ts';
import type { Principal } from '../../platform/identity/principal.ts';
import { describeScopes, missingScopes } from '../../platform/subgraph/scopes.ts';
import type { PlannedOperation } from '../federation/types.ts';
import type { VariableFault } from './coerce.ts';

/** FORBIDDEN with what is missing, or null when the principal may run the operation. */
export function refuseScopes(
  { requiredScopes, name }: PlannedOperation,
  { scopes }: Principal,
): EaioError | null {
  const missing = missingScopes(scopes, requiredScopes);
  if (missing === null) return null;
  const what = name === null ? 'This operation' : `"${name}"`;
  return new EaioError(
    'FORBIDDEN',
    `${what} needs ${describeScopes(requiredScopes)}; the token lacks ${describeScopes(missing)}.`,
    {
      details: { missingScopes: missing },
    },
  );
}

/** BAD_USER_INPUT with all faults, each with its path and what is allowed. */
export function refuseVariables(faults: readonly VariableFault[]): EaioError {
  return new EaioError('BAD_USER_INPUT', faults.map(({ message }) => message).join('\n'), {
    details: { faults },
  });
}
