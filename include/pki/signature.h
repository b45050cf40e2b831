/* Signature algorithms: which of the library's goes with an AlgorithmIdentifier. */
#ifndef PKI_SIGNATURE_H
#define PKI_SIGNATURE_H

#include "pki/digest.h"
#include "pki/oid.h"

#include <gnutls/gnutls.h>

/* A row of the table: signature OID, the key's OID, the digest (HASH_NONE: none of its own, or one
 * that we do not sign with), the library's number. */
struct signature {
	enum oid oid;
	enum oid key;
	enum hash hash;
	gnutls_sign_algorithm_t id;
};

/* RSASSA-PSS-params (RFC 4055 section 3.1). */
struct pss {
	enum hash hash;
	unsigned salt_size;
};

/* The row of a signature's OID; NULL for one that the library lacks. Static. */
const struct signature *signature_find(enum oid oid);

/* The row that a key of this kind signs with; NULL when they do not go together. Static. */
const struct signature *signature_for(enum oid key, enum hash hash);

/* Reads RSASSA-PSS-params, whole (empty: all defaults). RC_DAMAGED; RC_UNSUPPORTED for a mask or
 * trailer that nobody uses: other than MGF1 with the same digest. */
NODISCARD enum rc signature_read_pss(struct pss *pss, struct span params);

/* Appends the AlgorithmIdentifier of RSASSA-PSS with these parameters. RC_NO_MEMORY. */
NODISCARD enum rc signature_put_pss(struct buf *out, const struct pss *pss);

/* The library's RSASSA-PSS with this digest; GNUTLS_SIGN_UNKNOWN where it has none. */
gnutls_sign_algorithm_t signature_pss(enum hash hash);

/* The library's digest for a hash. */
gnutls_digest_algorithm_t signature_digest(enum hash hash);

#endif
