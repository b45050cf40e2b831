/* Certification requests (PKCS#10, RFC 2986): a view of one. */
#ifndef PKI_CSR_H
#define PKI_CSR_H

#include "pki/ext.h"

/* Borrows from the DER that was parsed. */
struct csr {
	struct span der;
	struct span info;       /* whole, as signed */
	uint64_t version;       /* 0 */
	struct span subject;    /* Name */
	struct span spki;       /* SubjectPublicKeyInfo */
	struct span attributes; /* contents of [0] */
	struct span extensions; /* contents of the Extensions SEQUENCE of extensionRequest; empty
				   when there is none */
	struct span sig_alg;
	struct span signature;
};

/* Takes der apart: one CertificationRequest and nothing behind it ("NEW CERTIFICATE REQUEST" is the
 * same). Attributes may be missing. RC_DAMAGED; *where (may be NULL) then names the field. */
NODISCARD enum rc csr_parse(struct csr *csr, struct span der, const char **where);

/* True when der looks like a request by its first fields. */
bool csr_probe(struct span der);

/* Checks the request's own signature. RC_INVALID, RC_UNSUPPORTED, RC_DAMAGED. */
NODISCARD enum rc csr_verify(const struct csr *csr);

/* The contents of the requested subjectAltName's GeneralNames; empty when there is none. */
struct span csr_names(const struct csr *csr);

#endif
