import { knownCorrections } from '../../connectors/bdg2/corrections.ts';
import { discoverFiles } from '../../connectors/bdg2/discover-files.ts';
import { createFaultLog } from '../../connectors/bdg2/fault-log.ts';
import { openMeterFile } from '../../connectors/bdg2/meter-file.ts';
import { readMetadata } from '../../connectors/bdg2/read-metadata.ts';
import { createZoneOffsets } from '../../connectors/zone-offsets.ts';
import { independentTotals } from './independent-totals.ts';
import { bdg2Dir, sampleIsHere } from './sample.ts';

const onSample = sampleIsHere ? describe : describe.skip;

async function readSample(corrections: typeof knownCorrections = []) {
  const faults = createFaultLog();
  const files = await discoverFiles(bdg2Dir);
  const metadata = await readMetadata({ path: files.metadata, faults, corrections });
  const totals = new Map<string, { kwh: number; hours: number }>();
  for (const file of files.meters) {
    const meterFile = await openMeterFile({ file, buildings: metadata.buildings, faults });
    const buildingOf = new Map(meterFile.meters.map(({ id, buildingId }) => [id, buildingId]));
    const offsets = new Map(metadata.sites.map(({ timeZone }) => [timeZone, createZoneOffsets(timeZone)]));
    for await (const batch of meterFile.batches())
      for (const { meterId, timesMs, values } of batch) {
        const building = metadata.buildings.get(buildingOf.get(meterId) ?? '');
        const zone = offsets.get(building?.timeZone ?? '');
        // A series lies within a UTC month, so it meets at most one local New Year.
        const yearOf = (time = Number.NaN): number =>
          new Date(time + (zone?.offsetAt(time) ?? Number.NaN)).getUTCFullYear();
        const first = yearOf(timesMs[0]);
        const split =
          yearOf(timesMs.at(-1)) === first
            ? timesMs.length
            : timesMs.findIndex((time) => yearOf(time) !== first);
        for (const [year, part] of [
          [first, values.subarray(0, split)],
          [first + 1, values.subarray(split)],
        ] as const) {
          if (part.length === 0) continue;
          const total = totals.get(`${building?.id} ${year}`) ?? { kwh: 0, hours: 0 };
          totals.set(`${building?.id} ${year}`, {
            kwh: total.kwh + part.reduce((sum, value) => sum + value, 0),
            hours: total.hours + part.length,
          });
        }
      }
  }
  return { metadata, totals, report: faults.report() };
}

onSample('the real sample', () => {
  test('has 1,636 buildings at 19 sites with 3,053 meters, and not one faulty line', async () => {
    const faults = createFaultLog();
    const { sites, buildings } = await readMetadata({
      path: (await discoverFiles(bdg2Dir)).metadata,
      faults,
    });
    expect([sites.length, buildings.size]).toEqual([19, 1636]);
    expect([...buildings.values()].reduce((sum, { meterTypes }) => sum + meterTypes.length, 0)).toBe(3053);
    expect([...buildings.values()].filter(({ primaryUse }) => primaryUse === 'UNKNOWN')).toHaveLength(21);
    expect([...buildings.values()].filter(({ location }) => location === null)).toHaveLength(1636 - 1399);
    expect(faults.report().total).toBe(0);
  });

  // Proves: import.equals-the-files
  test('sums to what an independent computation finds, by building and year, in kWh and in hours', async () => {
    const { totals, report } = await readSample();
    const truth = await independentTotals(bdg2Dir);
    expect(truth).toHaveLength(96);
    expect(totals.size).toBe(96);
    for (const { buildingId, year, kwh, hours } of truth) {
      const total = totals.get(`${buildingId} ${year}`);
      expect(total?.hours).toBe(hours);
      expect(total?.kwh).toBeCloseTo(kwh, 4);
    }
    expect(report.counts).toEqual({ NONEXISTENT_LOCAL_TIME: 96 });
  });

  test('loses no reading of Fox when its clock is taken to be that of Arizona, where it stands', async () => {
    const { metadata, totals, report } = await readSample(knownCorrections);
    expect(metadata.sites.find(({ id }) => id === 'Fox')?.timeZone).toBe('America/Phoenix');
    expect(totals.get('Fox_office_Thelma 2016')?.hours).toBe(8784);
    expect(totals.get('Fox_office_Thelma 2017')?.hours).toBe(8760);
    expect(report.counts).toEqual({ NONEXISTENT_LOCAL_TIME: 66 });
    for (const { buildingId, year, hours, kwh } of await independentTotals(bdg2Dir, {
      Fox: 'America/Phoenix',
    })) {
      expect(totals.get(`${buildingId} ${year}`)?.hours).toBe(hours);
      expect(totals.get(`${buildingId} ${year}`)?.kwh).toBeCloseTo(kwh, 4);
    }
  });
});
