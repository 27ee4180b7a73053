/** A URL (or a list of them) with its password hidden; any other text as it is. */
export function withoutPassword(value: string): string {
  return value
    .replaceAll(/(\/\/[^/\s:@,]*):[^/\s@,]*@/g, '$1:***@')
    .replaceAll(/([?&][a-zA-Z]*[pP]assword=)[^&\s]*/g, '$1***');
}
