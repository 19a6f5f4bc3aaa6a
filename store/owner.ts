import { element, elementWith, type XmlFragment, XSI_NAMESPACE } from '../src/s3/xml.ts'

/** The canonical id of the owner. */
export const OWNER_ID = 's3-iam-proxy-store'

/** Everything in the store belongs to its one credential. */
export function ownerElement(): XmlFragment {
  return element('Owner', ...identity())
}

/** Who began an upload. */
export function initiatorElement(): XmlFragment {
  return element('Initiator', ...identity())
}

/** The owner as the one grantee of an ACL. */
export function granteeElement(): XmlFragment {
  return elementWith('Grantee', { 'xmlns:xsi': XSI_NAMESPACE, 'xsi:type': 'CanonicalUser' }, ...identity())
}

function identity(): XmlFragment[] {
  return [element('ID', OWNER_ID), element('DisplayName', OWNER_ID)]
}
