/**
 * Holds a run against ratios.json: ours may take at most so many times what a peer takes. Rounds are compared one by one,
 * since both met the same disturbance in a round, and the median of those counts. Ratios alone: times differ by machine.
 */
import { readFileSync } from 'node:fs';

/** @typedef {{ bench: string, host: string, ours: string, peer: string, atMost: number, adapter?: 'software' | 'hardware' }} Rule */

/** @returns {Rule[]} */
const rules = () => JSON.parse(readFileSync(new URL('ratios.json', import.meta.url), 'utf8'));

/** The entries that rules compare, by bench: all that a quick run has to time. */
export function comparedOn(host, machine) {
  const compared = new Map();
  for (const rule of rules()) {
    if (rule.host !== host || !applies(rule, machine)) continue;
    const names = compared.get(rule.bench) ?? new Set();
    compared.set(rule.bench, names.add(rule.ours).add(rule.peer));
  }
  return compared;
}

/** One verdict for each rule that this run can tell anything about. */
export function judge(hosts) {
  return rules().flatMap(rule => {
    const where = hosts.find(({ host }) => host === rule.host);
    const outcome = where?.outcomes.find(({ bench }) => bench === rule.bench);
    if (outcome === undefined || !applies(rule, where.machine)) return [];
    const [ours, peer] = [rule.ours, rule.peer].map(wanted => outcome.entries.find(({ name }) => name === wanted));
    // Left out by --peer, or ended before its first round.
    if (!peer?.rounds?.length) return [];
    const about = `${rule.bench} in ${rule.host}: ${rule.ours} against ${rule.peer}`;
    if (!ours?.rounds?.length || ours.note !== undefined)
      return [{ ...rule, kept: false, text: `${about}: no time of ours (${ours?.note ?? 'it did not run'})` }];
    const ratio = pairedRatio(ours.rounds, peer.rounds);
    return [
      {
        ...rule,
        ratio,
        kept: ratio <= rule.atMost,
        text: `${about}: ${ratio.toFixed(3)} of its time, at most ${rule.atMost}`,
      },
    ];
  });
}

function applies({ adapter }, machine) {
  if (adapter === undefined) return true;
  return machine.gpu !== undefined && machine.gpu.software === (adapter === 'software');
}

function pairedRatio(ours, theirs) {
  const ratios = theirs.slice(0, ours.length).map((time, round) => ours[round] / time);
  ratios.sort((a, b) => a - b);
  return ratios[Math.floor((ratios.length - 1) / 2)];
}
