import { Bot, Cog, User } from 'lucide-react';

/** Who or what caused a change: a person, an AI, the system, or another word. */
export function TriggerIcon({ triggeredBy }: { readonly triggeredBy: string }) {
  const Icon = triggeredBy === 'ai' ? Bot : triggeredBy === 'user' ? User : Cog;
  const name = { ai: 'by AI', user: 'by a person', system: 'by the system' }[triggeredBy] ?? triggeredBy;
  return <Icon size={15} role="img" aria-label={name} style={{ flex: 'none' }} />;
}
