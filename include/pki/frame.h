/* What certificates and requests have in common: signed bytes, the algorithm, the signature. */
#ifndef PKI_FRAME_H
#define PKI_FRAME_H

#include "base/buf.h"

/* Borrowed. */
struct frame {
	struct span whole;     /* the signed element, head included */
	struct span inside;    /* its contents */
	struct span sig_alg;   /* AlgorithmIdentifier, whole */
	struct span signature; /* bytes of the BIT STRING */
};

/* Takes a SEQUENCE of SEQUENCE, AlgorithmIdentifier and BIT STRING apart, with nothing behind it.
 * RC_DAMAGED; *where then is a static phrase. */
NODISCARD enum rc frame_open(struct frame *frame, struct span der, const char **where);

/* The beginning of the contents of the first SEQUENCE in the SEQUENCE der, of which the end may be
 * missing: for probes of cut-off files. Empty when der does not begin like that. */
struct span frame_peek(struct span der);

/* Takes the next element, which must be a SEQUENCE, and gives it whole. As der_take. */
NODISCARD enum rc frame_take(struct span *in, struct span *whole);

/* Takes the subject and its public key, each whole. *where names the one that is not there. */
NODISCARD enum rc frame_take_owner(struct span *in, struct span *subject, struct span *spki,
				   const char **where);

#endif
