/* Bytes as the library takes them, and its answers as ours. */
#ifndef PKI_DATUM_H
#define PKI_DATUM_H

#include "base/buf.h"

#include <gnutls/gnutls.h>

/* The span as a datum, for functions that only read it: the library knows no const there. Never
 * NULL, also for an empty span. Borrowed. Of a span over 4 GiB the first bytes; none gets this far.
 */
gnutls_datum_t datum_of(struct span span);

/* What the library's status means for a key that was read: RC_OK when it is no error. RC_NO_MEMORY,
 * RC_UNSUPPORTED, RC_DAMAGED. */
enum rc datum_rc(int status);

#endif
