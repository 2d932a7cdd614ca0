/** Times as Magento writes them: UTC without a zone, to the second. */
export function timestamp(time: Date): string {
  return time.toISOString().slice(0, 19).replace('T', ' ');
}
