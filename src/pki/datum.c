/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pki/datum.h"

#include <limits.h>

gnutls_datum_t
datum_of(struct span span)
{
	static const unsigned char nothing[1];
	union {
		const unsigned char *in;
		unsigned char *out;
	} bytes;
	gnutls_datum_t datum;

	bytes.in = span.size ? span.data : nothing;
	datum.data = bytes.out;
	datum.size = span.size > UINT_MAX ? UINT_MAX : (unsigned)span.size;
	return datum;
}

enum rc
datum_rc(int status)
{
	switch (status) {
	case GNUTLS_E_MEMORY_ERROR:
		return RC_NO_MEMORY;
	case GNUTLS_E_UNKNOWN_PK_ALGORITHM:
	case GNUTLS_E_UNIMPLEMENTED_FEATURE:
	case GNUTLS_E_ECC_UNSUPPORTED_CURVE:
	case GNUTLS_E_UNSUPPORTED_SIGNATURE_ALGORITHM:
		return RC_UNSUPPORTED;
	default:
		return status < 0 ? RC_DAMAGED : RC_OK;
	}
}
