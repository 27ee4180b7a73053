// Made by `npm run codegen` from schema/manifest.json: change schema/operations instead.

import type { Operation } from '../src/operation.ts';

import type {
  AcknowledgeAnomalyMutation,
  AcknowledgeAnomalyMutationVariables,
  AnomalyChangedSubscription,
  AnomalyChangedSubscriptionVariables,
  BuildingAnomaliesQuery,
  BuildingAnomaliesQueryVariables,
  BuildingBaseLoadQuery,
  BuildingBaseLoadQueryVariables,
  BuildingContextQuery,
  BuildingContextQueryVariables,
  BuildingDataCoverageQuery,
  BuildingDataCoverageQueryVariables,
  BuildingDataQualityQuery,
  BuildingDataQualityQueryVariables,
  BuildingEnergyIntensityQuery,
  BuildingEnergyIntensityQueryVariables,
  BuildingEnergyUseQuery,
  BuildingEnergyUseQueryVariables,
  BuildingFactsQuery,
  BuildingFactsQueryVariables,
  BuildingLatestReadingsQuery,
  BuildingLatestReadingsQueryVariables,
  BuildingLoadProfileQuery,
  BuildingLoadProfileQueryVariables,
  BuildingMonthlyReportQuery,
  BuildingMonthlyReportQueryVariables,
  BuildingOverviewQuery,
  BuildingOverviewQueryVariables,
  BuildingPeakDemandQuery,
  BuildingPeakDemandQueryVariables,
  ChangeReadingsMutation,
  ChangeReadingsMutationVariables,
  CompareBuildingsQuery,
  CompareBuildingsQueryVariables,
  CompareWithEarlierQuery,
  CompareWithEarlierQueryVariables,
  DataClockQuery,
  DataClockQueryVariables,
  DataQualityFellSubscription,
  DataQualityFellSubscriptionVariables,
  EditReadingsMutation,
  EditReadingsMutationVariables,
  EnergyPulseSubscription,
  EnergyPulseSubscriptionVariables,
  EstimateGapsMutation,
  EstimateGapsMutationVariables,
  ExplainAnomalyQuery,
  ExplainAnomalyQueryVariables,
  FindBuildingsQuery,
  FindBuildingsQueryVariables,
  FindMetersQuery,
  FindMetersQueryVariables,
  FindSitesQuery,
  FindSitesQueryVariables,
  IngestReadingsMutation,
  IngestReadingsMutationVariables,
  MeterQualityRulesQuery,
  MeterQualityRulesQueryVariables,
  MeterReadingsQuery,
  MeterReadingsQueryVariables,
  MeterSeriesQuery,
  MeterSeriesQueryVariables,
  NightLoadsQuery,
  NightLoadsQueryVariables,
  OpenAnomaliesQuery,
  OpenAnomaliesQueryVariables,
  PortfolioDataQualityQuery,
  PortfolioDataQualityQueryVariables,
  PortfolioEnergyQuery,
  PortfolioEnergyQueryVariables,
  PortfolioSummaryQuery,
  PortfolioSummaryQueryVariables,
  ReadingAddedSubscription,
  ReadingAddedSubscriptionVariables,
  ReadingLineageQuery,
  ReadingLineageQueryVariables,
  SetMeterRulesMutation,
  SetMeterRulesMutationVariables,
  SiteContextQuery,
  SiteContextQueryVariables,
  SiteEnergyUseQuery,
  SiteEnergyUseQueryVariables,
  SyncStatusQuery,
  SyncStatusQueryVariables,
  TopConsumersQuery,
  TopConsumersQueryVariables,
  UndoEditMutation,
  UndoEditMutationVariables,
} from './types.ts';

export const operations = {
  energy: {
    /** Take note of an anomaly, with what is known or done about it. It stays open until the meter is right again; doing it again replaces the note. */
    acknowledgeAnomaly: { id: '0cd75883eb72063f8d6edf55d3a19395b3d616ba4fb5107cdaf26d1c11d94593', name: 'AcknowledgeAnomaly', type: 'mutation' } as Operation<'mutation', AcknowledgeAnomalyMutation, AcknowledgeAnomalyMutationVariables>,
    /** Anomalies as they are found, are over, or are taken note of. All buildings that the caller may see when none are given. */
    anomalyChanged: { id: '3163b74c5bc7b1c219b56b5a5962fb82de78d0abc499bdb933a73e4154270f78', name: 'AnomalyChanged', type: 'subscription' } as Operation<'subscription', AnomalyChangedSubscription, AnomalyChangedSubscriptionVariables>,
    /** What was wrong with a building's meters and use, newest first: stuck meters, zero runs, wrong units, spikes, gaps, shifts of the level, unusually high or low hours. Use it to explain a strange total before reporting it. */
    buildingAnomalies: { id: 'c0c1fd5967095dec55f1f8e8732542791512a799d23bceaa9342084ec1bb791d', name: 'BuildingAnomalies', type: 'query' } as Operation<'query', BuildingAnomaliesQuery, BuildingAnomaliesQueryVariables>,
    /** What a building draws when it sleeps: base load in kW (mean of each day's lowest hour) and its share of the mean load. A high share (over 0.6 in an office) hints at equipment that runs at night. */
    buildingBaseLoad: { id: '5c118f93e98ac5036cb2a0bcd7908db021da2ec0e42c4b9e186e7aa29aff686f', name: 'BuildingBaseLoad', type: 'query' } as Operation<'query', BuildingBaseLoadQuery, BuildingBaseLoadQueryVariables>,
    /** What a model should know of a building before it talks about it, in a few hundred tokens: facts, newest readings, today, the last 30 days against last year, base load and peak, and how complete the data are. Energy in kWh, rates in kW. */
    buildingContext: { id: 'a7b311f3c1b5d4555ad39d385fbe91c21bc8f1df33c1f13e36cf4f81f2c69bab', name: 'BuildingContext', type: 'query' } as Operation<'query', BuildingContextQuery, BuildingContextQueryVariables>,
    /** How complete a building's data are: coverage (0 to 1) by day, week or month for each meter type, and each meter's first and newest reading. Use it before trusting a total, or to find gaps. */
    buildingDataCoverage: { id: '05e5dff1ade2ff86cf004b5cfb151a9b0afb2a0d3365a691943ca0d31c352fb2', name: 'BuildingDataCoverage', type: 'query' } as Operation<'query', BuildingDataCoverageQuery, BuildingDataCoverageQueryVariables>,
    /** How good one building's data are, as a whole, by day and by meter: completeness (share of the time that was measured), validity (share of GOOD readings), timeliness and uniqueness (of what came live), each 0 to 1. Use it before trusting a total or a trend. */
    buildingDataQuality: { id: '0f2ca835c23078b7e96296550a8cddfe52ff91010bc7edb7c0fd897abc9a5355', name: 'BuildingDataQuality', type: 'query' } as Operation<'query', BuildingDataQualityQuery, BuildingDataQualityQueryVariables>,
    /** Energy use intensity (EUI) of one building: delivered kWh per square metre over a period and scaled to a year, split by meter type. Null when the floor area is unknown or nothing was measured. */
    buildingEnergyIntensity: { id: 'e1b5588f7b64ca5c0a2f58118d89e863d3f09ea58a5f83748bd7f79b0a032a91', name: 'BuildingEnergyIntensity', type: 'query' } as Operation<'query', BuildingEnergyIntensityQuery, BuildingEnergyIntensityQueryVariables>,
    /** One building's energy and water over time, by hour, day, week or month: a series for each meter type, in kWh (litres for water). Each point has its sum, mean, lowest and highest rate (per hour: kW), and coverage: a sum of low coverage is too low. Use it for trends, totals of a period, or to look closer at a day. */
    buildingEnergyUse: { id: '4734d54b43ba0a3a67cc44dced5da93d6722c8853f5ab630f85741626fa879e9', name: 'BuildingEnergyUse', type: 'query' } as Operation<'query', BuildingEnergyUseQuery, BuildingEnergyUseQueryVariables>,
    /** The newest reading of each of a building's meters, with its time and quality. Use it to see what is going on now, or whether a meter has gone silent. */
    buildingLatestReadings: { id: 'ff7705af57173ddb57531ac29f56086f89e20c716f8cbcd7494532126f92a1d7', name: 'BuildingLatestReadings', type: 'query' } as Operation<'query', BuildingLatestReadingsQuery, BuildingLatestReadingsQueryVariables>,
    /** The mean week of a building: mean, lowest and highest load (per hour: kW) for each of the 168 hours, Monday 00:00 first, local time. Use it to see schedules, nights and weekends. */
    buildingLoadProfile: { id: '71557bad01a4388582f6c7962235837b8ff0b6bc4097223a33d80dba4d5b233a', name: 'BuildingLoadProfile', type: 'query' } as Operation<'query', BuildingLoadProfileQuery, BuildingLoadProfileQueryVariables>,
    /** What a monthly report of a building needs: each month's energy by meter type with coverage, intensity, peak, base load, and electricity against the period before and last year. */
    buildingMonthlyReport: { id: '32b1d6a45f4e004e7e1c773c0ee006e982fd19933310037869766f24991024b3', name: 'BuildingMonthlyReport', type: 'query' } as Operation<'query', BuildingMonthlyReportQuery, BuildingMonthlyReportQueryVariables>,
    /** One building at a glance: facts, energy of the period by type, intensity (kWh per square metre), comparison with earlier, base load, peak and newest readings. Use it for a first answer about a building; ask the finer tools for more. */
    buildingOverview: { id: '73784637c8bc8a5479352e33aeacaf0993d24d8a53c7746a917574dfe31d5f9b', name: 'BuildingOverview', type: 'query' } as Operation<'query', BuildingOverviewQuery, BuildingOverviewQueryVariables>,
    /** The highest hourly load of a period in kW, when it was, and the load factor (mean over peak; low means a spiky building). Use it for demand charges and capacity. */
    buildingPeakDemand: { id: '04a75267dad1b107da0c00be865ca472cba2e413ac801ead4d7fd8a680fb2c4e', name: 'BuildingPeakDemand', type: 'query' } as Operation<'query', BuildingPeakDemandQuery, BuildingPeakDemandQueryVariables>,
    /** Change all readings of one meter in a range, with a reason: SCALE by a factor (a wrong unit or transformer ratio), REJECT (they don't count any more), or RESTORE (what was measured counts again). What stood there before is kept; UndoEdit takes the edit back. */
    changeReadings: { id: '49d16a6292a2151869d75e63b07e5816be44d3b762e39d1459e1867d9d99d7ae', name: 'ChangeReadings', type: 'mutation' } as Operation<'mutation', ChangeReadingsMutation, ChangeReadingsMutationVariables>,
    /** Several buildings side by side over one period: floor area, energy by type, intensity (kWh per square metre and year), base load share and peak. Use it to rank or to explain differences; compare buildings of like use. */
    compareBuildings: { id: '1f8c159afc25e19f8a2d9898eb111cc41ba4282e4370a0431572fe78c2c2f532', name: 'CompareBuildings', type: 'query' } as Operation<'query', CompareBuildingsQuery, CompareBuildingsQueryVariables>,
    /** Did a building use more or less than before? A period against the one just before it and against the same dates last year, with relative changes (0.1 is 10 % more) made from mean rates, so that gaps in the data do not look like savings. */
    compareWithEarlier: { id: '9f7f3fb5110f07200d96c2d596950e908e46f4df9a167b49feea0977278528f8', name: 'CompareWithEarlier', type: 'query' } as Operation<'query', CompareWithEarlierQuery, CompareWithEarlierQueryVariables>,
    /** The time of the newest reading that the system holds. Named periods such as LAST_7_DAYS end here, so ask it when a "today" looks odd. */
    dataClock: { id: '6b9cfbd367a5b1ec924fb3df7b75cd4e022f814f0eec0a1429774bbfdb158b22', name: 'DataClock', type: 'query' } as Operation<'query', DataClockQuery, DataClockQueryVariables>,
    /** Told when a meter's data of a day came in clearly worse than those of the days before: which meter, which day, what fell, and by how much. */
    dataQualityFell: { id: 'd6f8cbc7cf5e68b80ddcd43b2097d437fb1fffd5c3fabb7a2ac46464748b1e85', name: 'DataQualityFell', type: 'subscription' } as Operation<'subscription', DataQualityFellSubscription, DataQualityFellSubscriptionVariables>,
    /** Write single values of one meter, with a reason, also where there was none; for a whole range there is ChangeReadings. What stood there before is kept; UndoEdit takes the edit back. Never edit on a guess: look at MeterReadings and ReadingLineage first. */
    editReadings: { id: '0ec13af74a32963d146a137a8981d0cdec2ab1ae91e19624872c40959e14e1c8', name: 'EditReadings', type: 'mutation' } as Operation<'mutation', EditReadingsMutation, EditReadingsMutationVariables>,
    /** A building's pulse, at most once a second: the rate now (kW), use since local midnight (kWh), and today against a normal day of the same weekday (ratio 1 is normal). */
    energyPulse: { id: '0bac094d47b79700e79f75991c01c8d2903019d9fb23586bf628446ba3c31c54', name: 'EnergyPulse', type: 'subscription' } as Operation<'subscription', EnergyPulseSubscription, EnergyPulseSubscriptionVariables>,
    /** Fill gaps between the readings of all meters of some buildings, for some days: gaps of up to two hours on the line between their neighbours, longer ones from like days. What is added is ESTIMATED, nothing that was measured is replaced, and doing it again adds nothing. */
    estimateGaps: { id: 'e03e38124dcd1a68100d2cca1a7fc47a77711b49060644275e0fa1cbe8d46f26', name: 'EstimateGaps', type: 'mutation' } as Operation<'mutation', EstimateGapsMutation, EstimateGapsMutationVariables>,
    /** One anomaly with all that is known of it: kind, severity, when it was found, expected against measured (mean rates, per hour), who took note, and the rules by which its meter is judged. Use it before acting on an alert. */
    explainAnomaly: { id: '66a103fdf75b749a3d841ffbb2ad5433ceb52356ca3c6948974fe39432a4ae54', name: 'ExplainAnomaly', type: 'query' } as Operation<'query', ExplainAnomalyQuery, ExplainAnomalyQueryVariables>,
    /** Meters by building, site, type or words in their id, with unit, interval and the times of their first and newest reading. Use it to find a meter's id, or meters that have gone silent. */
    findMeters: { id: '828a3bc9d220bcaea130d19f79d146718298c1339a85f9a124157f9610066527', name: 'FindMeters', type: 'query' } as Operation<'query', FindMetersQuery, FindMetersQueryVariables>,
    /** Store readings of meters, 1 to 10,000 at once. Each has a result of its own (STORED, UNCHANGED, or REJECTED with why and how to mend it); sending the same reading twice changes nothing. Values are energy or water of the interval, in the meter's unit. */
    ingestReadings: { id: 'e197efa41add39ff78879778b2a0cf3cbcdd8c34fd68da627eaf33b3a9080e4f', name: 'IngestReadings', type: 'mutation' } as Operation<'mutation', IngestReadingsMutation, IngestReadingsMutationVariables>,
    /** The rules by which a meter's readings are judged (range, stuck, spike, gap, ...), with their limits, and which of them are its own. Use it to understand why readings are SUSPECT, or before changing the rules with SetMeterRules. */
    meterQualityRules: { id: '3ac382496ef6b4ceb84bb2323a328b809902a81998c0ffbd3688177b4f6ed1c5', name: 'MeterQualityRules', type: 'query' } as Operation<'query', MeterQualityRulesQuery, MeterQualityRulesQueryVariables>,
    /** Raw readings of one meter between two instants, in time order, each with its quality; paged by cursor. Use it to look at the data themselves; for trends and totals ask BuildingEnergyUse. */
    meterReadings: { id: '258cdd6769c6c25b87600b1574be910647115db1c72ab4f3c8541cc750a6445d', name: 'MeterReadings', type: 'query' } as Operation<'query', MeterReadingsQuery, MeterReadingsQueryVariables>,
    /** One meter by hour, day, week or month: sums in its unit, mean, lowest and highest rate per hour, and coverage. */
    meterSeries: { id: 'd60a1e4adfecc4467fd00c027419cf4e7bf3c3e76ef19718a78577b2372c7107', name: 'MeterSeries', type: 'query' } as Operation<'query', MeterSeriesQuery, MeterSeriesQueryVariables>,
    /** Which buildings do not sleep: base load in kW and its share of the mean load, for the buildings chosen. Use it to hunt for equipment that runs at night and on weekends. */
    nightLoads: { id: '4810cc6977184ac309a143bb813b0de39d35266f3e8ae40e94a99220c5752818', name: 'NightLoads', type: 'query' } as Operation<'query', NightLoadsQuery, NightLoadsQueryVariables>,
    /** What is wrong now: anomalies that go on, of all meters that the caller may see, newest first, each with what was expected and measured (mean rates, per hour). Use it to begin a day, or to see whether a strange figure is a fault of its meter. */
    openAnomalies: { id: '85bbb9c95da6de850578b9ee6e4b408a595136002a2fbd8e9358fe0ada81c965', name: 'OpenAnomalies', type: 'query' } as Operation<'query', OpenAnomaliesQuery, OpenAnomaliesQueryVariables>,
    /** How good the data of all buildings are, and the meters that are worst by one measure: where an engineer should look first. */
    portfolioDataQuality: { id: '687bbc605a9d052332df963bf3505cfc5f5c33c0b821adecfeef5bf7053e2f41', name: 'PortfolioDataQuality', type: 'query' } as Operation<'query', PortfolioDataQualityQuery, PortfolioDataQualityQueryVariables>,
    /** Energy of all buildings that the caller may see, or of some sites, by day, week or month: a series for each meter type, in kWh (litres for water), with coverage. */
    portfolioEnergy: { id: '1ecd96ed1fd5b1e01d4605f98db95e4b73c60bc0bc336830199c417859d8189d', name: 'PortfolioEnergy', type: 'query' } as Operation<'query', PortfolioEnergyQuery, PortfolioEnergyQueryVariables>,
    /** Readings as they are stored, with their building. All buildings that the caller may see when none are given. */
    readingAdded: { id: '20fe68f6fc068c0a2d293dab5fba4a94955477e565dba15858a31d9c2e4d5e2c', name: 'ReadingAdded', type: 'subscription' } as Operation<'subscription', ReadingAddedSubscription, ReadingAddedSubscriptionVariables>,
    /** Where a stored reading, or an hour, day, week or month of a meter, came from: the events, loads, edits and estimations that brought it (with schema and rules versions, when received and stored), what was made of it, and what was refused, replaced or edited. Use it when somebody asks why a value is what it is, or whether it can be trusted. */
    readingLineage: { id: '8e649deac98fab0f7cc26f2c6f14172a0de5bbcfa0f028f3e3da4ac30cda3448', name: 'ReadingLineage', type: 'query' } as Operation<'query', ReadingLineageQuery, ReadingLineageQueryVariables>,
    /** Set what is different for one meter from the quality rules of its type, with a reason; an empty list follows the type in all. Followed within some ten seconds; stored readings keep their verdicts. */
    setMeterRules: { id: 'c0c211b762bcfb1f7a6dd0df2c7648b9a8f1209950c25a6cc1d3b557bdd45f7a', name: 'SetMeterRules', type: 'mutation' } as Operation<'mutation', SetMeterRulesMutation, SetMeterRulesMutationVariables>,
    /** What a model should know of a site before it talks about it, in a few hundred tokens: where, how large, its largest buildings, and its energy of the last 30 days by type with coverage. Energy in kWh. */
    siteContext: { id: '0ad21d2693a68e803ebc76c580c168b9d2a23d160873f70aaddbbcc71fbd827e', name: 'SiteContext', type: 'query' } as Operation<'query', SiteContextQuery, SiteContextQueryVariables>,
    /** Energy of one site (campus): the sum of its buildings that the caller may see, by hour, day, week or month, a series for each meter type in kWh (litres for water). */
    siteEnergyUse: { id: '06012ba3e45e2b20a44a8940e5efa0874c2325dc37fa50508d983376b918754e', name: 'SiteEnergyUse', type: 'query' } as Operation<'query', SiteEnergyUseQuery, SiteEnergyUseQueryVariables>,
    /** Whether what came in, what is stored and what it adds up to agree: the newest checks, with what differed. The error ratio is to be 0. */
    syncStatus: { id: 'f66ed1089aaf7b57e4849695c26cc331e47a62cdd628ac0597e1110c74c18df2', name: 'SyncStatus', type: 'query' } as Operation<'query', SyncStatusQuery, SyncStatusQueryVariables>,
    /** The buildings that used most of one meter type in a period, in total or per square metre, with their share of the whole. */
    topConsumers: { id: '0d2cf240f5308598fa3e248bbf0e97831c51aac1eddca9309fe889b66ca81957', name: 'TopConsumers', type: 'query' } as Operation<'query', TopConsumersQuery, TopConsumersQueryVariables>,
    /** Take an edit of readings back: what stood before it counts again. Readings that were changed after it stay as they are. */
    undoEdit: { id: '9186bc776108ad6389af20a463196e52d27a5cce352ead8384be8f1ca0c306d6', name: 'UndoEdit', type: 'mutation' } as Operation<'mutation', UndoEditMutation, UndoEditMutationVariables>,
  },
  portfolio: {
    /** Everything known of one building that does not change from day to day: use, floor area in square metres, year built, floors, occupants, ratings, site, and which meters it has. Null when there is no such building or the caller may not see it. */
    buildingFacts: { id: '3175560d2d5f72e56d29d95ecf6e06456577ad605d548f784533fc1846206559', name: 'BuildingFacts', type: 'query' } as Operation<'query', BuildingFactsQuery, BuildingFactsQueryVariables>,
    /** Buildings by site, primary use, floor area or words in their name; each with id, use, floor area in square metres and year built. Use it to find a building's id before asking for its energy. */
    findBuildings: { id: 'ce1a87b5ffd4bbcfa138e9cf76ba30f54ca47688b9fd161c7ac0e5cfe41daf95', name: 'FindBuildings', type: 'query' } as Operation<'query', FindBuildingsQuery, FindBuildingsQueryVariables>,
    /** Sites (campuses) with their location, time zone, number of buildings and floor area in square metres. Use it to find a site's id. */
    findSites: { id: 'cc0fffb45de694c30875d85015ad6e82cdcd28cf8f542cb1ffddeac794e77113', name: 'FindSites', type: 'query' } as Operation<'query', FindSitesQuery, FindSitesQueryVariables>,
    /** How big the portfolio is that the caller may see: number of sites and buildings, floor area in square metres, and the same by primary use. Use it first, to learn what there is. */
    portfolioSummary: { id: '3f8ab6914e0e10e47b440bdcc79ff4c996d86d9337d57c055ba46c87b4d701a2', name: 'PortfolioSummary', type: 'query' } as Operation<'query', PortfolioSummaryQuery, PortfolioSummaryQueryVariables>,
  },
} as const;

