import { EaioError } from '../../../platform/errors/eaio-error.ts';
import { anomaliesTag, anomalyEvent, anomalyTag } from '../anomalies/events.ts';
import type { EnergyContext } from '../context.ts';
import { unitOf } from '../domain.ts';
import { acknowledge, findAnomalies, type StoredAnomaly } from '../store/anomalies.ts';
import { setOverride } from '../store/rules.ts';
import { overrideOf, type RuleChange, viewRules } from '../vee/edit-rules.ts';
import { type AnomaliesArgs, askAnomalies } from './ask-anomalies.ts';
import { askMeter } from './meter.ts';

export const anomalyQueries = {
  openAnomalies: (_: unknown, { filter, ...args }: AnomaliesArgs, context: EnergyContext) =>
    askAnomalies(
      context,
      { scope: 'all', key: '', tag: anomaliesTag },
      { ...args, filter: { ...filter, open: true } },
    ),

  async anomaly(_: unknown, { id }: { id: string }, context: EnergyContext): Promise<StoredAnomaly | null> {
    const found = (await findAnomalies(context.db, context.grant, [id])).get(id) ?? null;
    context.tag(found === null ? anomaliesTag : anomalyTag(found.buildingId));
    return found;
  },
};

export const anomalyMutations = {
  async acknowledgeAnomaly(
    _: unknown,
    { id, note }: { id: string; note?: string | null },
    { db, grant, principal, announce }: EnergyContext,
  ): Promise<StoredAnomaly> {
    if ((note?.length ?? 0) > longestText) throw tooLong('note', note?.length ?? 0);
    const known = (await findAnomalies(db, grant, [id])).get(id);
    if (known === undefined) throw new EaioError('NOT_FOUND', `There is no anomaly ${id} that you may see.`);
    await acknowledge(db, { id, by: principal.subject, note: note ?? null });
    const anomaly = (await findAnomalies(db, grant, [id])).get(id) ?? known;
    const { meterId, buildingId, type, kind, severity, open, expected, actual } = anomaly;
    await announce([
      anomalyEvent('acknowledged', {
        ...{ id, meterId, buildingId, type, kind, severity, open, expected, actual },
        start: anomaly.start.toISOString(),
        end: anomaly.end.toISOString(),
      }),
    ]);
    return anomaly;
  },

  async setMeterRules(
    _: unknown,
    { meterId, rules, reason }: { meterId: string; rules: readonly RuleChange[]; reason: string },
    context: EnergyContext,
  ) {
    if (reason.trim() === '' || reason.length > longestText)
      throw new EaioError('BAD_USER_INPUT', `reason: say why, in 1 to ${longestText} characters.`);
    const meter = await askMeter(context, meterId);
    if (meter === null) throw new EaioError('NOT_FOUND', `There is no meter ${meterId} that you may see.`);
    const override = { rules: overrideOf(meter.type, rules), reason, by: context.principal.subject };
    await setOverride(context.db, meter.meterNo, override);
    return viewRules(meter.type, override.rules);
  },
};

const longestText = 2_000;
const tooLong = (name: string, length: number): EaioError =>
  new EaioError('BAD_USER_INPUT', `"${name}" takes up to ${longestText} characters, not ${length}.`);

export const anomalyResolvers = {
  meter: ({ meterId, buildingId, type }: StoredAnomaly) => ({ id: meterId, buildingId, type }),
  building: ({ buildingId }: StoredAnomaly) => ({ id: buildingId }),
  unit: ({ type }: StoredAnomaly) => unitOf(type),
  acknowledgement: ({ acknowledgedBy: by, acknowledgedAt: at, note }: StoredAnomaly) =>
    by === null || at === null ? null : { by, at, note },
};
