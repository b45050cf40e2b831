/* The extensions of what is issued. */
#ifndef PKI_ISSUE_EXT_H
#define PKI_ISSUE_EXT_H

#include "pki/asn1.h"
#include "pki/issue.h"

/* Appends one Extension. */
NODISCARD enum rc issue_put_ext(struct buf *out, enum oid id, bool critical, struct span value);

/* Appends subjectKeyIdentifier of spki and authorityKeyIdentifier: of the issuer, or (NULL) of spki
 * itself. RC_DAMAGED, RC_NO_MEMORY. */
NODISCARD enum rc issue_put_key_ids(struct buf *out, struct span spki, const struct cert *issuer);

/* Appends the extensions that a shape asks for, but for the key identifiers: of a certificate, or
 * (is_request) of a request, which has those alone that an issuer may be asked for. */
NODISCARD enum rc issue_put_exts(struct buf *out, const struct asn1_schema *schema,
				 const struct shape *shape, struct span spki, bool is_request);

/* Appends the extensions that a shape takes over, but for the key identifiers and what belongs to
 * the old certificate or a key of its kind alone. RC_DAMAGED, RC_NO_MEMORY. */
NODISCARD enum rc issue_put_kept(struct buf *out, const struct asn1_schema *schema,
				 struct span extensions, struct span spki, bool is_request);

#endif
