/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The frame around certificates and requests. */
#include "pki/frame.h"

#include "pki/der.h"

enum rc
frame_take(struct span *in, struct span *whole)
{
	struct tlv tlv;

	if (der_peek(*in) != DER_SEQUENCE || der_next(in, &tlv))
		return RC_DAMAGED;
	*whole = tlv.whole;
	return RC_OK;
}

enum rc
frame_open(struct frame *frame, struct span der, const char **where)
{
	struct span outer;
	struct span bits;
	unsigned unused;

	*where = "frame";
	if (der_only(der, DER_SEQUENCE, &outer) || frame_take(&outer, &frame->whole) ||
	    der_only(frame->whole, DER_SEQUENCE, &frame->inside))
		return RC_DAMAGED;
	*where = "signature";
	if (frame_take(&outer, &frame->sig_alg) || der_only(outer, DER_BIT_STRING, &bits) ||
	    der_bits(bits, &frame->signature, &unused))
		return RC_DAMAGED;
	return RC_OK;
}

enum rc
frame_take_owner(struct span *in, struct span *subject, struct span *spki, const char **where)
{
	*where = "subject";
	if (frame_take(in, subject))
		return RC_DAMAGED;
	*where = "public key";
	return frame_take(in, spki);
}

struct span
frame_peek(struct span der)
{
	struct der_head head;

	for (int i = 0; i < 2; i++) {
		if (der_peek(der) != DER_SEQUENCE || !der_read_head(der, &head))
			return SPAN_NONE;
		der = span_part(der, head.size, head.length);
	}
	return der;
}
