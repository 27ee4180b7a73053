/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** What happened to an anomaly. */
export type AnomalyChangeKind =
  /** Somebody took note of it. */
  | 'ACKNOWLEDGED'
  /** It is over, or what it was is normal now. */
  | 'CLOSED'
  /** It was found. */
  | 'OPENED';

/** All conditions must hold; a list means any of. */
export type AnomalyFilter = {
  /** Those of which somebody has taken note, or those of which nobody has. */
  readonly acknowledged?: boolean | null | undefined;
  /** Those that lasted beyond this instant. */
  readonly from?: string | null | undefined;
  /** What they are. */
  readonly kinds?: ReadonlyArray<AnomalyKind> | null | undefined;
  /** This severity and above. */
  readonly leastSeverity?: Severity | null | undefined;
  /** Those that go on, or those that are over. */
  readonly open?: boolean | null | undefined;
  /** Those that began before this instant. */
  readonly to?: string | null | undefined;
};

/** What an anomaly is. */
export type AnomalyKind =
  /** Readings that begin off the meter's grid of intervals. */
  | 'CLOCK_SHIFT'
  /** Readings that came again. */
  | 'DUPLICATE'
  /** No readings. */
  | 'GAP'
  /** Some hours of a day far above what any day has. */
  | 'HIGH'
  /** For days nearly all hours, those of the night too, a share too high or too low. */
  | 'LEVEL_SHIFT'
  /** Some hours of a day far below what any day has. */
  | 'LOW'
  /** One hour far above its neighbours and what is usual round it. */
  | 'SPIKE'
  /** The same value, not zero, again and again. */
  | 'STUCK'
  /** A known factor too high or too low: 1000, or kBtu for kWh. */
  | 'UNIT_JUMP'
  /** Nothing counted while use is expected. */
  | 'ZERO_RUN';

/** All conditions must hold; a list means any of. */
export type BuildingFilter = {
  /** Ids of buildings. */
  readonly ids?: ReadonlyArray<string> | null | undefined;
  /** Largest gross floor area, in square metres, 0 or more. */
  readonly maxFloorAreaSqm?: number | null | undefined;
  /** Smallest gross floor area, in square metres, 0 or more. */
  readonly minFloorAreaSqm?: number | null | undefined;
  /** What the buildings are mainly used for. */
  readonly primaryUses?: ReadonlyArray<PrimaryUse> | null | undefined;
  /** Ids of sites. */
  readonly siteIds?: ReadonlyArray<string> | null | undefined;
  /** Words that the building's id, name or finer use contains, all of them, whatever their case; 200 characters at most. */
  readonly text?: string | null | undefined;
};

/** The order of a list of buildings; equal ones stand in the order of their ids. */
export type BuildingOrder =
  /** Largest first; buildings of unknown area last. */
  | 'FLOOR_AREA_DESC'
  | 'ID'
  | 'NAME'
  /** Newest first; buildings of unknown age last. */
  | 'YEAR_BUILT_DESC';

/** What an edit does. */
export type EditOperation =
  /** What stands in a range does not count. */
  | 'REJECT'
  /** What was measured counts again, whatever was edited since. */
  | 'RESTORE'
  /** Multiplies what stands in a range. */
  | 'SCALE'
  /** Writes values. */
  | 'SET';

/** A value to stand in a reading's place. */
export type EditedReading = {
  /** Length of the interval, 1 to 86,400; that of the reading there, or the meter's own, when left out. */
  readonly intervalSeconds?: number | null | undefined;
  /** Start of the interval. Not in the future. */
  readonly time: string;
  /** Energy or water of the interval in the meter's unit: finite, not negative. */
  readonly value: number;
};

/** Why a reading may not be stored. */
export type IngestErrorCode =
  /** The interval is not a whole number of seconds from 1 to 86,400. */
  | 'BAD_INTERVAL'
  /** The time is not an instant with its offset (RFC 3339), or lies before 1970. */
  | 'BAD_TIME'
  /** The same (meter, time) came again later in the list; the last one counts. */
  | 'DUPLICATE_IN_REQUEST'
  /** The caller's token does not cover the meter's building. */
  | 'FORBIDDEN_METER'
  /** Over an hour ahead of the server's clock. */
  | 'FUTURE_TIME'
  /** Meters count upwards: the value is 0 or more. */
  | 'NEGATIVE_VALUE'
  /** The value is not a finite number. */
  | 'NOT_A_NUMBER'
  /** There is no meter of this id. */
  | 'UNKNOWN_METER';

/** What became of a reading. */
export type IngestStatus =
  /** Faulty, or not allowed: `error` says why. */
  | 'REJECTED'
  /** New, or its value has changed. */
  | 'STORED'
  /** Known already, with the same value. */
  | 'UNCHANGED';

/** Lengths of a series' buckets. */
export type Interval =
  | 'DAY'
  | 'HOUR'
  | 'MONTH'
  /** ISO week, Monday to Sunday. */
  | 'WEEK';

/** All conditions must hold; a list means any of. */
export type MeterFilter = {
  /** Ids of buildings. */
  readonly buildingIds?: ReadonlyArray<string> | null | undefined;
  /** Ids of sites. */
  readonly siteIds?: ReadonlyArray<string> | null | undefined;
  /** Words that the meter's id contains, all of them, whatever their case; 200 characters at most. */
  readonly text?: string | null | undefined;
  /** What the meters measure. */
  readonly types?: ReadonlyArray<MeterType> | null | undefined;
};

/** How a rule differs for a meter. */
export type MeterRuleInput = {
  /** Those that differ. */
  readonly limits?: ReadonlyArray<RuleLimitInput> | null | undefined;
  /** The rule's name, for example `spike`. */
  readonly rule: string;
  /** The type's when left out. */
  readonly verdict?: RuleVerdict | null | undefined;
};

/** What a meter measures. */
export type MeterType =
  /** Cold for cooling, delivered as chilled water. */
  | 'CHILLED_WATER'
  | 'ELECTRICITY'
  | 'GAS'
  /** Heat, delivered as hot water. */
  | 'HOT_WATER'
  | 'IRRIGATION'
  /** Electricity made on site. Counted apart, never as use. */
  | 'SOLAR'
  | 'STEAM'
  | 'WATER';

/** Named periods, relative to the day of `asOf` in the building's own zone (for several zones together: its day in UTC). When a building is silent at midnight while others go on, an answer about it may show the day before for as long as answers about readings are kept: six minutes by default. */
export type Period =
  /** Seven days, the last of them that of `asOf`. */
  | 'LAST_7_DAYS'
  /** The twelve months that end with the day of `asOf`: 2017-03-16 to 2018-03-15 when it is 2018-03-15. */
  | 'LAST_12_MONTHS'
  /** Thirty days, the last of them that of `asOf`. */
  | 'LAST_30_DAYS'
  /** The whole calendar month before that of `asOf`. */
  | 'LAST_MONTH'
  /** The whole calendar year before that of `asOf`. */
  | 'LAST_YEAR'
  /** The calendar month of `asOf`, so far. */
  | 'THIS_MONTH'
  /** The calendar year of `asOf`, so far. */
  | 'THIS_YEAR'
  /** The day of `asOf`, so far. */
  | 'TODAY'
  /** The day before that of `asOf`. */
  | 'YESTERDAY';

/** What a building is mainly used for: the sixteen primary space uses of BDG2 (ENERGY STAR Portfolio Manager's). */
export type PrimaryUse =
  /** Entertainment and public assembly: theatres, halls, gyms, libraries. */
  | 'ASSEMBLY'
  | 'EDUCATION'
  /** Food sales and service. */
  | 'FOOD'
  | 'HEALTHCARE'
  /** Lodging and residential: hotels, residence halls, dwellings. */
  | 'LODGING'
  /** Manufacturing and industrial. */
  | 'MANUFACTURING'
  | 'OFFICE'
  | 'OTHER'
  | 'PARKING'
  /** Public services: courts, police, fire stations. */
  | 'PUBLIC_SERVICES'
  | 'RELIGIOUS'
  | 'RETAIL'
  | 'SERVICES'
  /** Technology and science: laboratories, data centres. */
  | 'TECHNOLOGY'
  /** Not stated by the publisher. */
  | 'UNKNOWN'
  | 'UTILITY'
  /** Warehouse and storage. */
  | 'WAREHOUSE';

/** Today's use so far against a normal day's. */
export type PulseStatus =
  /** Ratio over 1.2. */
  | 'ABOVE_NORMAL'
  /** Ratio under 0.8. */
  | 'BELOW_NORMAL'
  | 'NORMAL'
  /** Too little history, or no readings today. */
  | 'UNKNOWN';

/** VEE verdict on a reading (validation, estimation, editing). */
export type Quality =
  /** Filled in, not measured. */
  | 'ESTIMATED'
  /** Measured and plausible. */
  | 'GOOD'
  /** Measured, but a rule doubts it. */
  | 'SUSPECT';

/** By what data are good or bad. */
export type QualityMeasure =
  /** Share of the expected time that was measured. */
  | 'COMPLETENESS'
  /** Share of what came live that came in time. */
  | 'TIMELINESS'
  /** Share of what came live that had not come before. */
  | 'UNIQUENESS'
  /** Share of the readings that are GOOD. */
  | 'VALIDITY';

/** A change to all readings that begin in a range, 100,000 at most. */
export type RangeEdit = {
  /** For SCALE: 0 or more. */
  readonly factor?: number | null | undefined;
  /** Earliest start of an interval, included. */
  readonly from: string;
  /** What is done to them. */
  readonly operation: RangeOperation;
  /** Latest start of an interval, excluded. */
  readonly to: string;
};

/** What can be done to all readings of a range. */
export type RangeOperation =
  /** They don't count any more; a gap is left, which estimation may fill. */
  | 'REJECT'
  /** What was measured counts again, whatever was edited since. */
  | 'RESTORE'
  /** Multiply by `factor`: 0.001 for a meter that sent Wh as kWh. */
  | 'SCALE';

/** By what buildings are ranked. */
export type Ranking =
  /** Total of the range per square metre of floor area; buildings of unknown area are left out. */
  | 'INTENSITY'
  /** Total of the range. */
  | 'TOTAL';

/** A reading to store. */
export type ReadingInput = {
  /** Length of the interval, 1 to 86,400; the meter's own when left out. */
  readonly intervalSeconds?: number | null | undefined;
  /** The meter's id, for example `Fox_office_Thelma:electricity`. */
  readonly meterId: string;
  /** Start of the interval. Not more than an hour ahead of the server's clock. */
  readonly time: string;
  /** Energy or water of the interval in the meter's unit: finite, not negative. */
  readonly value: number;
};

/** A limit of a rule, set for a meter. */
export type RuleLimitInput = {
  /** Its name, as `Meter.rules` lists it. */
  readonly name: string;
  /** One number, or several for a list. */
  readonly values: ReadonlyArray<number>;
};

/** What a rule makes of a reading that breaks it. */
export type RuleVerdict =
  /** It marks the reading with its name and leaves it good, or only tells of it. */
  | 'GOOD'
  /** It does not look. */
  | 'OFF'
  /** It is set aside and does not count. */
  | 'REJECTED'
  /** It is stored and doubted. */
  | 'SUSPECT';

/** How much an anomaly matters. */
export type Severity =
  | 'HIGH'
  /** Good to know. */
  | 'INFO'
  | 'LOW'
  | 'MEDIUM';

/** Which sites. */
export type SiteFilter = {
  /** Words that the site's id or name contains, all of them, whatever their case; 200 characters at most. */
  readonly text?: string | null | undefined;
};

/** Either `period`, or `from` and `to`: days from 1970-01-01 to 2099-12-31, at most 3,660 of them, and 366 by hour. */
export type TimeRange = {
  /** First day, included. */
  readonly from?: string | null | undefined;
  /** A named period, in place of `from` and `to`. */
  readonly period?: Period | null | undefined;
  /** Last day, included. */
  readonly to?: string | null | undefined;
};

/** What a value counts: energy is in kilowatt-hours, water and irrigation in litres. */
export type Unit =
  /** kWh */
  | 'KILOWATT_HOUR'
  /** l */
  | 'LITRE';

export type AcknowledgeAnomalyMutationVariables = Exact<{
  id: string;
  note?: string | null | undefined;
}>;


export type AcknowledgeAnomalyMutation = { readonly acknowledgeAnomaly: { readonly id: string, readonly kind: AnomalyKind, readonly severity: Severity, readonly open: boolean, readonly acknowledgement: { readonly by: string, readonly at: string, readonly note: string | null } | null } };

export type AnomalyChangedSubscriptionVariables = Exact<{
  buildingIds?: ReadonlyArray<string> | string | null | undefined;
}>;


export type AnomalyChangedSubscription = { readonly anomalyChanged: { readonly change: AnomalyChangeKind, readonly anomaly: { readonly id: string, readonly kind: AnomalyKind, readonly severity: Severity, readonly start: string, readonly end: string, readonly open: boolean, readonly expected: number | null, readonly actual: number | null, readonly unit: Unit, readonly meter: { readonly id: string, readonly type: MeterType }, readonly building: { readonly id: string, readonly name: string } | null, readonly acknowledgement: { readonly by: string, readonly at: string, readonly note: string | null } | null } } };

export type BuildingAnomaliesQueryVariables = Exact<{
  buildingId: string;
  filter?: AnomalyFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type BuildingAnomaliesQuery = { readonly building: { readonly id: string, readonly name: string, readonly anomalies: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly kind: AnomalyKind, readonly severity: Severity, readonly start: string, readonly end: string, readonly open: boolean, readonly expected: number | null, readonly actual: number | null, readonly unit: Unit, readonly meter: { readonly id: string, readonly type: MeterType }, readonly acknowledgement: { readonly by: string, readonly at: string, readonly note: string | null } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null } | null };

export type BuildingBaseLoadQueryVariables = Exact<{
  buildingId: string;
  range: TimeRange;
  type?: MeterType;
}>;


export type BuildingBaseLoadQuery = { readonly building: { readonly id: string, readonly name: string, readonly baseLoad: { readonly type: MeterType, readonly unit: Unit, readonly rate: number, readonly shareOfMean: number | null, readonly dayCount: number } | null } | null };

export type BuildingContextQueryVariables = Exact<{
  buildingId: string;
}>;


export type BuildingContextQuery = { readonly asOf: string | null, readonly building: { readonly id: string, readonly name: string, readonly primaryUse: PrimaryUse, readonly subUse: string | null, readonly floorAreaSqm: number | null, readonly yearBuilt: number | null, readonly timeZone: string, readonly site: { readonly id: string, readonly name: string }, readonly latestReadings: ReadonlyArray<{ readonly time: string, readonly value: number, readonly unit: Unit, readonly quality: Quality, readonly meter: { readonly type: MeterType } }> | null, readonly today: ReadonlyArray<{ readonly type: MeterType, readonly total: number | null, readonly coverage: number }> | null, readonly yesterday: ReadonlyArray<{ readonly type: MeterType, readonly total: number | null, readonly coverage: number }> | null, readonly last30Days: ReadonlyArray<{ readonly type: MeterType, readonly unit: Unit, readonly total: number | null, readonly coverage: number }> | null, readonly electricityLast30Days: { readonly changeFromPreviousPeriod: number | null, readonly changeFromLastYear: number | null } | null, readonly intensity: { readonly kwhPerSqmYear: number, readonly coverage: number } | null, readonly baseLoad: { readonly rate: number, readonly shareOfMean: number | null } | null, readonly peakDemand: { readonly rate: number, readonly time: string, readonly loadFactor: number | null } | null } | null };

export type BuildingDataCoverageQueryVariables = Exact<{
  buildingId: string;
  range: TimeRange;
  interval?: Interval;
}>;


export type BuildingDataCoverageQuery = { readonly asOf: string | null, readonly building: { readonly id: string, readonly name: string, readonly meters: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly type: MeterType, readonly firstReadingAt: string | null, readonly lastReadingAt: string | null }> } | null, readonly energyUse: ReadonlyArray<{ readonly type: MeterType, readonly from: string, readonly to: string, readonly coverage: number, readonly points: ReadonlyArray<{ readonly date: string, readonly coverage: number }> }> | null } | null };

export type BuildingDataQualityQueryVariables = Exact<{
  buildingId: string;
  range: TimeRange;
}>;


export type BuildingDataQualityQuery = { readonly building: { readonly id: string, readonly name: string, readonly dataQuality: { readonly from: string, readonly to: string, readonly completeness: number | null, readonly validity: number | null, readonly timeliness: number | null, readonly uniqueness: number | null, readonly readings: number, readonly estimated: number, readonly days: ReadonlyArray<{ readonly date: string, readonly completeness: number | null, readonly validity: number | null, readonly timeliness: number | null, readonly uniqueness: number | null, readonly readings: number, readonly estimated: number }> } | null, readonly meters: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly type: MeterType, readonly dataQuality: { readonly completeness: number | null, readonly validity: number | null, readonly timeliness: number | null, readonly uniqueness: number | null, readonly readings: number, readonly estimated: number } }> } | null } | null };

export type BuildingEnergyIntensityQueryVariables = Exact<{
  buildingId: string;
  range: TimeRange;
}>;


export type BuildingEnergyIntensityQuery = { readonly building: { readonly id: string, readonly name: string, readonly primaryUse: PrimaryUse, readonly publishedSiteEui: number | null, readonly energyUseIntensity: { readonly kwhPerSqm: number, readonly kwhPerSqmYear: number, readonly energyKwh: number, readonly floorAreaSqm: number, readonly coverage: number, readonly byType: ReadonlyArray<{ readonly type: MeterType, readonly energyKwh: number, readonly kwhPerSqm: number }> } | null } | null };

export type BuildingEnergyUseQueryVariables = Exact<{
  buildingId: string;
  range: TimeRange;
  interval?: Interval;
  types?: ReadonlyArray<MeterType> | MeterType | null | undefined;
}>;


export type BuildingEnergyUseQuery = { readonly building: { readonly id: string, readonly name: string, readonly energyUse: ReadonlyArray<{ readonly type: MeterType, readonly unit: Unit, readonly timeZone: string | null, readonly from: string, readonly to: string, readonly total: number | null, readonly coverage: number, readonly estimatedShare: number | null, readonly points: ReadonlyArray<{ readonly start: string, readonly date: string, readonly hours: number, readonly sum: number | null, readonly mean: number | null, readonly min: number | null, readonly max: number | null, readonly coverage: number, readonly estimatedShare: number | null }> }> | null } | null };

export type BuildingLatestReadingsQueryVariables = Exact<{
  buildingId: string;
  types?: ReadonlyArray<MeterType> | MeterType | null | undefined;
}>;


export type BuildingLatestReadingsQuery = { readonly building: { readonly id: string, readonly name: string, readonly latestReadings: ReadonlyArray<{ readonly time: string, readonly intervalSeconds: number, readonly value: number, readonly unit: Unit, readonly quality: Quality, readonly meter: { readonly id: string, readonly type: MeterType } }> | null } | null };

export type BuildingLoadProfileQueryVariables = Exact<{
  buildingId: string;
  range: TimeRange;
  type?: MeterType;
}>;


export type BuildingLoadProfileQuery = { readonly building: { readonly id: string, readonly name: string, readonly loadProfile: { readonly type: MeterType, readonly unit: Unit, readonly from: string, readonly to: string, readonly timeZone: string, readonly hours: ReadonlyArray<{ readonly dayOfWeek: number, readonly hour: number, readonly mean: number | null, readonly min: number | null, readonly max: number | null, readonly sampleCount: number }> } | null } | null };

export type BuildingMonthlyReportQueryVariables = Exact<{
  buildingId: string;
  range: TimeRange;
}>;


export type BuildingMonthlyReportQuery = { readonly building: { readonly id: string, readonly name: string, readonly primaryUse: PrimaryUse, readonly floorAreaSqm: number | null, readonly energyUse: ReadonlyArray<{ readonly type: MeterType, readonly unit: Unit, readonly from: string, readonly to: string, readonly total: number | null, readonly coverage: number, readonly points: ReadonlyArray<{ readonly date: string, readonly hours: number, readonly sum: number | null, readonly coverage: number }> }> | null, readonly energyUseIntensity: { readonly kwhPerSqm: number, readonly kwhPerSqmYear: number, readonly energyKwh: number, readonly coverage: number, readonly byType: ReadonlyArray<{ readonly type: MeterType, readonly energyKwh: number, readonly kwhPerSqm: number }> } | null, readonly electricity: { readonly changeFromPreviousPeriod: number | null, readonly changeFromLastYear: number | null, readonly current: { readonly from: string, readonly to: string, readonly total: number | null, readonly coverage: number }, readonly previousPeriod: { readonly from: string, readonly to: string, readonly total: number | null, readonly coverage: number }, readonly samePeriodLastYear: { readonly from: string, readonly to: string, readonly total: number | null, readonly coverage: number } } | null, readonly peakDemand: { readonly rate: number, readonly time: string, readonly loadFactor: number | null } | null, readonly baseLoad: { readonly rate: number, readonly shareOfMean: number | null, readonly dayCount: number } | null } | null };

export type BuildingOverviewQueryVariables = Exact<{
  buildingId: string;
  range?: TimeRange;
}>;


export type BuildingOverviewQuery = { readonly asOf: string | null, readonly building: { readonly id: string, readonly name: string, readonly primaryUse: PrimaryUse, readonly floorAreaSqm: number | null, readonly timeZone: string, readonly site: { readonly id: string, readonly name: string }, readonly energyUse: ReadonlyArray<{ readonly type: MeterType, readonly unit: Unit, readonly from: string, readonly to: string, readonly total: number | null, readonly coverage: number }> | null, readonly energyUseIntensity: { readonly kwhPerSqm: number, readonly kwhPerSqmYear: number, readonly coverage: number } | null, readonly energyComparison: { readonly changeFromPreviousPeriod: number | null, readonly changeFromLastYear: number | null, readonly current: { readonly total: number | null, readonly coverage: number } } | null, readonly baseLoad: { readonly rate: number, readonly shareOfMean: number | null } | null, readonly peakDemand: { readonly rate: number, readonly time: string, readonly loadFactor: number | null } | null, readonly latestReadings: ReadonlyArray<{ readonly time: string, readonly value: number, readonly unit: Unit, readonly quality: Quality, readonly meter: { readonly id: string, readonly type: MeterType } }> | null } | null };

export type BuildingPeakDemandQueryVariables = Exact<{
  buildingId: string;
  range: TimeRange;
  type?: MeterType;
}>;


export type BuildingPeakDemandQuery = { readonly building: { readonly id: string, readonly name: string, readonly peakDemand: { readonly type: MeterType, readonly unit: Unit, readonly rate: number, readonly time: string, readonly loadFactor: number | null } | null } | null };

export type ChangeReadingsMutationVariables = Exact<{
  meterId: string;
  reason: string;
  change: RangeEdit;
}>;


export type ChangeReadingsMutation = { readonly editReadings: { readonly id: string, readonly operation: EditOperation, readonly factor: number | null, readonly reason: string, readonly by: string, readonly at: string, readonly from: string, readonly to: string, readonly changed: number } };

export type CompareBuildingsQueryVariables = Exact<{
  filter: BuildingFilter;
  range: TimeRange;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type CompareBuildingsQuery = { readonly buildings: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly primaryUse: PrimaryUse, readonly floorAreaSqm: number | null, readonly energyUse: ReadonlyArray<{ readonly type: MeterType, readonly unit: Unit, readonly total: number | null, readonly coverage: number }> | null, readonly energyUseIntensity: { readonly kwhPerSqm: number, readonly kwhPerSqmYear: number, readonly coverage: number } | null, readonly baseLoad: { readonly rate: number, readonly shareOfMean: number | null } | null, readonly peakDemand: { readonly rate: number, readonly time: string, readonly loadFactor: number | null } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type CompareWithEarlierQueryVariables = Exact<{
  buildingId: string;
  range: TimeRange;
  type?: MeterType;
}>;


export type CompareWithEarlierQuery = { readonly building: { readonly id: string, readonly name: string, readonly energyComparison: { readonly type: MeterType, readonly unit: Unit, readonly changeFromPreviousPeriod: number | null, readonly changeFromLastYear: number | null, readonly current: { readonly from: string, readonly to: string, readonly total: number | null, readonly mean: number | null, readonly coverage: number }, readonly previousPeriod: { readonly from: string, readonly to: string, readonly total: number | null, readonly mean: number | null, readonly coverage: number }, readonly samePeriodLastYear: { readonly from: string, readonly to: string, readonly total: number | null, readonly mean: number | null, readonly coverage: number } } | null } | null };

export type DataClockQueryVariables = Exact<{ [key: string]: never; }>;


export type DataClockQuery = { readonly asOf: string | null };

export type DataQualityFellSubscriptionVariables = Exact<{
  buildingIds?: ReadonlyArray<string> | string | null | undefined;
}>;


export type DataQualityFellSubscription = { readonly dataQualityFell: { readonly date: string, readonly measure: QualityMeasure, readonly value: number, readonly usual: number, readonly meter: { readonly id: string, readonly type: MeterType } } };

export type EditReadingsMutationVariables = Exact<{
  meterId: string;
  reason: string;
  values: ReadonlyArray<EditedReading> | EditedReading;
}>;


export type EditReadingsMutation = { readonly editReadings: { readonly id: string, readonly operation: EditOperation, readonly reason: string, readonly by: string, readonly at: string, readonly from: string, readonly to: string, readonly changed: number } };

export type EnergyPulseSubscriptionVariables = Exact<{
  buildingId: string;
  type?: MeterType;
}>;


export type EnergyPulseSubscription = { readonly energyPulse: { readonly type: MeterType, readonly unit: Unit, readonly asOf: string | null, readonly currentRate: number | null, readonly date: string | null, readonly today: number | null, readonly normalByNow: number | null, readonly ratio: number | null, readonly status: PulseStatus, readonly building: { readonly id: string, readonly name: string, readonly primaryUse: PrimaryUse } | null } };

export type EstimateGapsMutationVariables = Exact<{
  buildingIds: ReadonlyArray<string> | string;
  range: TimeRange;
}>;


export type EstimateGapsMutation = { readonly estimateGaps: { readonly runId: string, readonly gaps: number, readonly interpolated: number, readonly fromLikeDays: number, readonly left: number } };

export type ExplainAnomalyQueryVariables = Exact<{
  id: string;
}>;


export type ExplainAnomalyQuery = { readonly anomaly: { readonly id: string, readonly kind: AnomalyKind, readonly severity: Severity, readonly start: string, readonly end: string, readonly open: boolean, readonly foundAt: string, readonly expected: number | null, readonly actual: number | null, readonly unit: Unit, readonly acknowledgement: { readonly by: string, readonly at: string, readonly note: string | null } | null, readonly building: { readonly id: string, readonly name: string } | null, readonly meter: { readonly id: string, readonly type: MeterType, readonly intervalSeconds: number, readonly lastReadingAt: string | null, readonly rules: ReadonlyArray<{ readonly rule: string, readonly verdict: RuleVerdict, readonly isOverridden: boolean, readonly limits: ReadonlyArray<{ readonly name: string, readonly values: ReadonlyArray<number> }> }> } } | null };

export type FindMetersQueryVariables = Exact<{
  filter?: MeterFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type FindMetersQuery = { readonly meters: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly type: MeterType, readonly unit: Unit, readonly intervalSeconds: number, readonly firstReadingAt: string | null, readonly lastReadingAt: string | null, readonly building: { readonly id: string, readonly name: string } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type IngestReadingsMutationVariables = Exact<{
  readings: ReadonlyArray<ReadingInput> | ReadingInput;
}>;


export type IngestReadingsMutation = { readonly ingestReadings: { readonly stored: number, readonly unchanged: number, readonly rejected: number, readonly results: ReadonlyArray<{ readonly index: number, readonly status: IngestStatus, readonly error: { readonly code: IngestErrorCode, readonly message: string } | null }> } };

export type MeterQualityRulesQueryVariables = Exact<{
  meterId: string;
}>;


export type MeterQualityRulesQuery = { readonly meter: { readonly id: string, readonly type: MeterType, readonly unit: Unit, readonly rules: ReadonlyArray<{ readonly rule: string, readonly verdict: RuleVerdict, readonly isOverridden: boolean, readonly limits: ReadonlyArray<{ readonly name: string, readonly values: ReadonlyArray<number> }> }> } | null };

export type MeterReadingsQueryVariables = Exact<{
  meterId: string;
  from: string;
  to: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type MeterReadingsQuery = { readonly meter: { readonly id: string, readonly type: MeterType, readonly unit: Unit, readonly readings: { readonly nodes: ReadonlyArray<{ readonly time: string, readonly intervalSeconds: number, readonly value: number, readonly quality: Quality, readonly rule: string | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } | null };

export type MeterSeriesQueryVariables = Exact<{
  meterId: string;
  range: TimeRange;
  interval?: Interval;
}>;


export type MeterSeriesQuery = { readonly meter: { readonly id: string, readonly building: { readonly id: string, readonly name: string } | null, readonly series: { readonly type: MeterType, readonly unit: Unit, readonly timeZone: string | null, readonly from: string, readonly to: string, readonly total: number | null, readonly coverage: number, readonly estimatedShare: number | null, readonly points: ReadonlyArray<{ readonly start: string, readonly date: string, readonly hours: number, readonly sum: number | null, readonly mean: number | null, readonly min: number | null, readonly max: number | null, readonly coverage: number, readonly estimatedShare: number | null }> } } | null };

export type NightLoadsQueryVariables = Exact<{
  filter?: BuildingFilter | null | undefined;
  range: TimeRange;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type NightLoadsQuery = { readonly buildings: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly primaryUse: PrimaryUse, readonly floorAreaSqm: number | null, readonly baseLoad: { readonly unit: Unit, readonly rate: number, readonly shareOfMean: number | null, readonly dayCount: number } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type OpenAnomaliesQueryVariables = Exact<{
  filter?: AnomalyFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type OpenAnomaliesQuery = { readonly openAnomalies: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly kind: AnomalyKind, readonly severity: Severity, readonly start: string, readonly end: string, readonly expected: number | null, readonly actual: number | null, readonly unit: Unit, readonly meter: { readonly id: string, readonly type: MeterType }, readonly building: { readonly id: string, readonly name: string } | null, readonly acknowledgement: { readonly by: string, readonly at: string, readonly note: string | null } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type PortfolioDataQualityQueryVariables = Exact<{
  range: TimeRange;
  by?: QualityMeasure;
  first?: number | null | undefined;
}>;


export type PortfolioDataQualityQuery = { readonly portfolioDataQuality: { readonly from: string, readonly to: string, readonly completeness: number | null, readonly validity: number | null, readonly timeliness: number | null, readonly uniqueness: number | null, readonly readings: number, readonly estimated: number }, readonly worstMeters: ReadonlyArray<{ readonly rank: number, readonly value: number, readonly meter: { readonly id: string, readonly type: MeterType, readonly lastReadingAt: string | null }, readonly quality: { readonly completeness: number | null, readonly validity: number | null, readonly timeliness: number | null, readonly uniqueness: number | null, readonly readings: number, readonly estimated: number } }> };

export type PortfolioEnergyQueryVariables = Exact<{
  range: TimeRange;
  interval?: Interval;
  types?: ReadonlyArray<MeterType> | MeterType | null | undefined;
  siteIds?: ReadonlyArray<string> | string | null | undefined;
}>;


export type PortfolioEnergyQuery = { readonly portfolioEnergy: ReadonlyArray<{ readonly type: MeterType, readonly unit: Unit, readonly from: string, readonly to: string, readonly total: number | null, readonly coverage: number, readonly points: ReadonlyArray<{ readonly date: string, readonly sum: number | null, readonly coverage: number }> }> };

export type ReadingAddedSubscriptionVariables = Exact<{
  buildingIds?: ReadonlyArray<string> | string | null | undefined;
  meterTypes?: ReadonlyArray<MeterType> | MeterType | null | undefined;
}>;


export type ReadingAddedSubscription = { readonly readingAdded: { readonly time: string, readonly intervalSeconds: number, readonly value: number, readonly unit: Unit, readonly quality: Quality, readonly meter: { readonly id: string, readonly type: MeterType, readonly building: { readonly id: string, readonly name: string } | null } } };

export type ReadingLineageQueryVariables = Exact<{
  meterId: string;
  at: string;
  interval?: Interval | null | undefined;
}>;


export type ReadingLineageQuery = { readonly meter: { readonly id: string, readonly type: MeterType, readonly unit: Unit, readonly lineage: { readonly from: string, readonly to: string, readonly readings: number, readonly byQuality: ReadonlyArray<{ readonly quality: Quality, readonly rule: string | null, readonly readings: number }>, readonly origins: ReadonlyArray<{ readonly kind: string, readonly source: string, readonly eventId: string | null, readonly topic: string | null, readonly partition: number | null, readonly position: string | null, readonly schemaVersion: number | null, readonly rulesVersion: string | null, readonly runId: string | null, readonly receivedAt: string, readonly storedAt: string, readonly readings: number }>, readonly setAside: ReadonlyArray<{ readonly time: string, readonly value: number, readonly intervalSeconds: number, readonly quality: Quality | null, readonly rule: string | null, readonly reason: string, readonly by: string, readonly at: string, readonly editId: string | null, readonly editReason: string | null }> }, readonly edits: ReadonlyArray<{ readonly id: string, readonly operation: EditOperation, readonly factor: number | null, readonly reason: string, readonly by: string, readonly at: string, readonly from: string, readonly to: string, readonly changed: number, readonly undoneBy: string | null, readonly undoneAt: string | null }> } | null };

export type SetMeterRulesMutationVariables = Exact<{
  meterId: string;
  rules: ReadonlyArray<MeterRuleInput> | MeterRuleInput;
  reason: string;
}>;


export type SetMeterRulesMutation = { readonly setMeterRules: ReadonlyArray<{ readonly rule: string, readonly verdict: RuleVerdict, readonly isOverridden: boolean, readonly limits: ReadonlyArray<{ readonly name: string, readonly values: ReadonlyArray<number> }> }> };

export type SiteContextQueryVariables = Exact<{
  siteId: string;
}>;


export type SiteContextQuery = { readonly asOf: string | null, readonly site: { readonly id: string, readonly name: string, readonly timeZone: string, readonly buildingCount: number, readonly floorAreaSqm: number, readonly location: { readonly latitude: number, readonly longitude: number } | null, readonly largest: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly primaryUse: PrimaryUse, readonly floorAreaSqm: number | null }> }, readonly yesterday: ReadonlyArray<{ readonly type: MeterType, readonly unit: Unit, readonly total: number | null, readonly coverage: number }> | null, readonly last30Days: ReadonlyArray<{ readonly type: MeterType, readonly unit: Unit, readonly total: number | null, readonly coverage: number }> | null } | null };

export type SiteEnergyUseQueryVariables = Exact<{
  siteId: string;
  range: TimeRange;
  interval?: Interval;
  types?: ReadonlyArray<MeterType> | MeterType | null | undefined;
}>;


export type SiteEnergyUseQuery = { readonly site: { readonly id: string, readonly name: string, readonly floorAreaSqm: number, readonly energyUse: ReadonlyArray<{ readonly type: MeterType, readonly unit: Unit, readonly timeZone: string | null, readonly from: string, readonly to: string, readonly total: number | null, readonly coverage: number, readonly points: ReadonlyArray<{ readonly start: string, readonly date: string, readonly hours: number, readonly sum: number | null, readonly mean: number | null, readonly max: number | null, readonly coverage: number }> }> | null } | null };

export type SyncStatusQueryVariables = Exact<{
  first?: number | null | undefined;
}>;


export type SyncStatusQuery = { readonly syncChecks: ReadonlyArray<{ readonly at: string, readonly from: string, readonly to: string, readonly checked: number, readonly differing: number, readonly mended: number, readonly errorRatio: number, readonly differences: ReadonlyArray<{ readonly kind: string, readonly meterId: string, readonly at: string, readonly partition: number | null }> }> };

export type TopConsumersQueryVariables = Exact<{
  range: TimeRange;
  type?: MeterType;
  by?: Ranking;
  siteIds?: ReadonlyArray<string> | string | null | undefined;
  first?: number | null | undefined;
}>;


export type TopConsumersQuery = { readonly topConsumers: ReadonlyArray<{ readonly rank: number, readonly unit: Unit, readonly total: number, readonly perSqm: number | null, readonly share: number, readonly coverage: number, readonly building: { readonly id: string, readonly name: string, readonly primaryUse: PrimaryUse, readonly floorAreaSqm: number | null, readonly site: { readonly id: string } } | null }> };

export type UndoEditMutationVariables = Exact<{
  id: string;
  reason: string;
}>;


export type UndoEditMutation = { readonly undoEdit: { readonly id: string, readonly operation: EditOperation, readonly changed: number, readonly undoneBy: string | null, readonly undoneReason: string | null, readonly undoneAt: string | null } };

export type BuildingFactsQueryVariables = Exact<{
  buildingId: string;
}>;


export type BuildingFactsQuery = { readonly building: { readonly id: string, readonly name: string, readonly primaryUse: PrimaryUse, readonly subUse: string | null, readonly floorAreaSqm: number | null, readonly timeZone: string, readonly yearBuilt: number | null, readonly floors: number | null, readonly occupants: number | null, readonly energyStarScore: number | null, readonly publishedSiteEui: number | null, readonly heatingType: string | null, readonly industry: string | null, readonly subIndustry: string | null, readonly leedLevel: string | null, readonly site: { readonly id: string, readonly name: string, readonly timeZone: string }, readonly location: { readonly latitude: number, readonly longitude: number } | null, readonly meters: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly type: MeterType, readonly unit: Unit, readonly intervalSeconds: number, readonly firstReadingAt: string | null, readonly lastReadingAt: string | null }> } | null } | null };

export type FindBuildingsQueryVariables = Exact<{
  filter?: BuildingFilter | null | undefined;
  orderBy?: BuildingOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type FindBuildingsQuery = { readonly buildings: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly primaryUse: PrimaryUse, readonly subUse: string | null, readonly floorAreaSqm: number | null, readonly yearBuilt: number | null, readonly site: { readonly id: string, readonly name: string } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type FindSitesQueryVariables = Exact<{
  filter?: SiteFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type FindSitesQuery = { readonly sites: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly timeZone: string, readonly buildingCount: number, readonly floorAreaSqm: number, readonly location: { readonly latitude: number, readonly longitude: number } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type PortfolioSummaryQueryVariables = Exact<{
  filter?: BuildingFilter | null | undefined;
}>;


export type PortfolioSummaryQuery = { readonly portfolio: { readonly siteCount: number, readonly buildingCount: number, readonly floorAreaSqm: number, readonly byUse: ReadonlyArray<{ readonly primaryUse: PrimaryUse, readonly buildingCount: number, readonly floorAreaSqm: number }> } };
