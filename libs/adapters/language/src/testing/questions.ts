/** Panels of an office, and questions with the panel that answers each. */
export const answers: Readonly<Record<string, object>> = {
  'billing-plan': {
    plan: 'business',
    seats: 40,
    renewal: '2027-03-01',
    invoiceEmail: 'accounts@example.org',
  },
  'office-hours': {
    monday: '8:00–17:00',
    saturday: 'closed',
    note: 'The reception desk opens half an hour earlier.',
  },
  'wifi-guest': { network: 'guest-lobby', password: 'ask the reception', bandwidthLimit: '20 Mbit/s' },
  'coffee-machine': { model: 'Barista 9', descalingDue: '2026-12-05', beans: 'dark roast' },
  'fire-drill': { date: '2026-11-30', assemblyPoint: 'the parking lot behind building C', warden: 'Ruth' },
  'parking-lots': { visitors: ['P1', 'P2'], electricChargers: 6, barrierCode: 'changes every month' },
  'travel-policy': { flights: 'economy below six hours', hotelLimit: 160, approval: 'team lead' },
  'onboarding-checklist': { laptop: true, badge: false, mentor: 'Jonas', firstLunch: 'with the whole team' },
  'server-backup': { schedule: 'nightly at 02:00', retentionDays: 35, lastRestoreTest: '2026-10-12' },
  'garden-irrigation': { valves: 4, moistureThreshold: 0.32, pump: 'cistern' },
  'lunch-menu': { tuesday: 'lentil soup', thursday: 'vegetable curry', allergens: ['celery', 'nuts'] },
  'library-loans': { overdue: 3, longestLoanDays: 28, librarian: 'Mei' },
};

/** Each question, and the panel with the answer. */
export const questions: readonly (readonly [question: string, panelId: string])[] = [
  ['How many seats does our billing plan have?', 'billing-plan'],
  ['Where do invoices go?', 'billing-plan'],
  ['When does the reception open?', 'office-hours'],
  ['What is the network for guests?', 'wifi-guest'],
  ['Which beans does the coffee machine take?', 'coffee-machine'],
  ['Where is the assembly point of the fire drill?', 'fire-drill'],
  ['How many electric chargers are there?', 'parking-lots'],
  ['What may a hotel cost on a travel?', 'travel-policy'],
  ['Who approves flights?', 'travel-policy'],
  ['Who is the mentor for onboarding?', 'onboarding-checklist'],
  ['For how many days are backups retained?', 'server-backup'],
  ['What is the moisture threshold of the irrigation?', 'garden-irrigation'],
  ['Is there lentil soup this week?', 'lunch-menu'],
  ['Which loans of the library are overdue?', 'library-loans'],
  ['descaling of the cofee machne', 'coffee-machine'],
  ['irigation valve', 'garden-irrigation'],
];

const nouns = [
  'sensor',
  'ticket',
  'meeting',
  'shelf',
  'order',
  'invoice draft',
  'badge',
  'vehicle',
  'room',
  'printer',
];
const states = ['open', 'closed', 'waiting', 'broken', 'moved', 'new', 'archived'];

/** A panel that answers none of the questions. */
export function fillerPanel(at: number): object {
  const noun = nouns[at % nouns.length];
  return {
    kind: noun,
    title: `${noun} number ${at}`,
    status: states[at % states.length],
    floor: at % 9,
    comment: `Checked by person ${at % 37} in week ${at % 52}.`,
  };
}
