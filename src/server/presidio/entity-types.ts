/** Names of entity types in Presidio (https://microsoft.github.io/presidio/supported_entities/) by ours. Others are the same. */
const NAMES: Readonly<Record<string, string>> = {
  PER: 'PERSON',
  PERSON: 'PERSON',
  LOC: 'LOCATION',
  GPE: 'LOCATION',
  FAC: 'LOCATION',
  ORG: 'ORGANIZATION',
  NORP: 'NRP',
  EMAIL: 'EMAIL_ADDRESS',
  PHONE: 'PHONE_NUMBER',
  IP: 'IP_ADDRESS',
  IBAN: 'IBAN_CODE',
  DATE: 'DATE_TIME',
  TIME: 'DATE_TIME',
}

export function presidioType(type: string): string {
  return Object.hasOwn(NAMES, type) ? NAMES[type] : type
}
