/** metav1.Time: whole seconds. With more, the API server would cut them off and the next comparison see a change. */
export const toTime = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;

/** metav1.MicroTime: six digits, no fewer, or the API server refuses. */
export const toMicroTime = (date: Date): string => date.toISOString().replace('Z', '000Z');
