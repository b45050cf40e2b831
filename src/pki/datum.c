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
