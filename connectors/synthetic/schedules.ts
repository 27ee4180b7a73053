/** How full a building is, hour by hour of the local clock: 0 empty to 1 as full as it gets. */
export interface Schedule {
  /** 24 values for each day kind, in the order of `DayKind`. */
  readonly occupancy: Float64Array;
  /** Follows terms: half empty in the breaks. */
  readonly academic: boolean;
}

/** Kinds of day as a schedule sees them; a holiday is as a Sunday. */
export const DayKind = { workday: 0, saturday: 1, sunday: 2, breakDay: 3 } as const;
export type DayKind = (typeof DayKind)[keyof typeof DayKind];

const inBreaks = 0.45;

/** 24 digits a day, 0 to 9 for empty to full. */
function schedule(workday: string, saturday: string, sunday: string, academic = false): Schedule {
  const hours = [workday, saturday, sunday].flatMap((day) => Array.from(day, (digit) => Number(digit) / 9));
  const breakDay = hours.slice(0, 24).map((share) => (academic ? share * inBreaks : share));
  return { occupancy: Float64Array.from([...hours, ...breakDay]), academic };
}

export const schedules = {
  //                 0     6     12    18        0     6     12    18        0     6     12    18
  office: schedule('000001369999899998531100', '000000011222222110000000', '000000000111111000000000'),
  campus: schedule('000000258999999987654210', '000000001233333222110000', '000000001222233333221000', true),
  school: schedule('000000259999999742100000', '000000000011110000000000', '000000000000000000000000', true),
  dwelling: schedule('654444578765555567899987', '765444456788877777899998', '765444456788888888999986'),
  assembly: schedule('000000123345566778887420', '000000012467788999998741', '000000013677777776654200'),
  service: schedule('000000148999999986653100', '000000015789999875210000', '000000000112222111000000'),
  always: schedule('666666678999999998877766', '666666667788888887776666', '666666667777777777776666'),
  kitchen: schedule('000001346787998767899641', '000001235788998778999852', '000001135788998667886420'),
  shop: schedule('000000012589999999998310', '000000012589999999998310', '000000000147899999852000'),
  worship: schedule('000000011111111112211000', '000000001111222334421000', '000000026999986335531000'),
  depot: schedule('000012689999999874211000', '000001344444321000000000', '000000000000000000000000'),
  /** Lights of a car park: on in the dark too. */
  carPark: schedule('666667899999999999998777', '666666677788888888887766', '666666677777777777777766'),
} as const;
