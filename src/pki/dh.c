/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DHParameter ::= SEQUENCE { prime INTEGER, base INTEGER, privateValueLength INTEGER OPTIONAL }
 * (PKCS#3 section 9). The library has the numbers. */
#include "pki/dh.h"

#include "base/text.h"
#include "pki/der.h"

#include <gnutls/gnutls.h>

struct group {
	const char *name;
	const gnutls_datum_t *prime;
	const gnutls_datum_t *generator;
	const unsigned *bits; /* of a private value */
};

#define GROUP(size)                                                                         \
	{                                                                                   \
		"ffdhe" #size, &gnutls_ffdhe_##size##_group_prime,                          \
		    &gnutls_ffdhe_##size##_group_generator, &gnutls_ffdhe_##size##_key_bits \
	}

static const struct group groups[] = { GROUP(2048), GROUP(3072), GROUP(4096) };

const char *
dh_group(size_t n)
{
	return n < ARRAY_SIZE(groups) ? groups[n].name : NULL;
}

/* A number of the library's, which begins with no zero octet, or with the one that INTEGER wants.
 */
static void
put_integer(struct buf *out, const gnutls_datum_t *number)
{
	size_t start = out->size;

	if (number->size && number->data[0] & 0x80)
		buf_put(out, SPAN_OF((const unsigned char *)"", 1));
	buf_put(out, SPAN_OF(number->data, number->size));
	der_wrap(out, start, DER_INTEGER);
}

enum rc
dh_put_parameters(struct buf *out, const char *name)
{
	const struct group *group = NULL;
	size_t start = out->size;

	for (size_t i = 0; !group && i < ARRAY_SIZE(groups); i++)
		if (text_equal_ascii(name, groups[i].name))
			group = &groups[i];
	if (!group)
		return RC_NOT_FOUND;
	put_integer(out, group->prime);
	put_integer(out, group->generator);
	der_put_number(out, *group->bits);
	der_wrap(out, start, DER_SEQUENCE);
	return buf_rc(out);
}
