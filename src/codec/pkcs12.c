/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "codec/pkcs12-parts.h"
#include "pki/der.h"

/* Takes identifier and length of the element at the front away, whatever the length says. */
static bool
skip_head(struct span *in, unsigned tag)
{
	size_t size = 2;

	if (in->size < size || in->data[0] != tag)
		return false;
	if (in->data[1] > 0x80)
		size += in->data[1] & 0x7fU;
	*in = span_part(*in, size, SIZE_MAX);
	return true;
}

/* SEQUENCE { version, SEQUENCE { an OID of PKCS#7, in DER or BER. */
static enum probe
probe(struct span head)
{
	static const unsigned char type[] = { 0x06, 0x09, 0x2a, 0x86, 0x48,
					      0x86, 0xf7, 0x0d, 0x01, 0x07 };
	unsigned version;

	if (!skip_head(&head, DER_SEQUENCE) || head.size < 3 || head.data[0] != DER_INTEGER ||
	    head.data[1] != 1)
		return PROBE_NO;
	version = head.data[2];
	head = span_part(head, 3, SIZE_MAX);
	if (!skip_head(&head, DER_SEQUENCE) || !span_begins(head, SPAN_OF(type, sizeof(type))))
		return PROBE_NO;
	return version == P12_VERSION ? PROBE_YES : PROBE_MAYBE;
}

const struct codec codec_pkcs12 = {
	.name = "pkcs12",
	.caps = CODEC_LABELS | CODEC_KEYS | CODEC_TRUST | CODEC_REQUESTS | CODEC_SEVERAL |
		CODEC_ENCRYPTED | CODEC_SECRETS | CODEC_WAITING | CODEC_RENEWALS,
	.probe = probe,
	.look = p12_look,
	.load = p12_load,
	.save = p12_save,
};
