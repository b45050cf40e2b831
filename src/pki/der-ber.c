/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DER out of BER: what Windows, NSS and old Java write in PKCS#12 and PKCS#7. */
#include "pki/der.h"

#include <string.h>

enum {
	CONSTRUCTED = 0x20,
	NUMBER_MASK = 0x1f,
	CLASS_MASK = 0xc0,
	ID_OCTETS_MAX = 8,
};

/* A constructed element that has begun and not ended. */
struct frame {
	struct span id; /* identifier octets, in the input; empty: a part of a string, has no head
			   of its own */
	size_t limit;   /* nothing of it lies behind this offset of the input */
	bool indefinite;
	size_t start;    /* where its contents begin in the output */
	unsigned string; /* the primitive tag of the string that it is (a part of); 0: no string */
};

struct walk {
	struct span in;
	size_t at;
	struct buf *out;
	struct frame stack[DER_DEPTH_MAX];
	size_t depth;
};

/* The primitive tag of a string that BER may cut into parts (X.690 8.6, 8.7, 8.23); else 0. */
static unsigned
string_tag(unsigned tag)
{
	unsigned number = tag & NUMBER_MASK;

	if (tag & CLASS_MASK || !(tag & CONSTRUCTED))
		return 0;
	if (number == DER_BIT_STRING || number == DER_OCTET_STRING || number == DER_UTF8_STRING)
		return number;
	/* The rest are character strings and times, but for the UTF8String above. */
	return number >= DER_NUMERIC_STRING && number <= DER_BMP_STRING ? number : 0;
}

static enum rc
push(struct walk *w, const struct der_head *head, size_t limit)
{
	struct frame *parent = w->depth > 0 ? &w->stack[w->depth - 1] : NULL;
	struct frame frame = { .indefinite = head->indefinite, .limit = limit };

	if (w->depth == DER_DEPTH_MAX)
		return RC_LIMIT;
	if (!head->indefinite)
		frame.limit = w->at + head->size + head->length;
	if (parent && parent->string) {
		frame.string = parent->string;
		frame.start = parent->start;
	} else {
		frame.id = span_part(w->in, w->at, head->id_size);
		frame.string = string_tag(frame.id.data[0]);
		frame.start = w->out->size;
		/* The count of unused bits; put_part keeps it right. */
		if (frame.string == DER_BIT_STRING)
			buf_put_byte(w->out, 0);
	}
	w->stack[w->depth++] = frame;
	w->at += head->size;
	return RC_OK;
}

/* Ends the innermost element: now that its length is known, it gets its head. */
static void
pop(struct walk *w)
{
	struct frame *frame = &w->stack[--w->depth];
	unsigned char head[ID_OCTETS_MAX];

	if (frame->id.size == 0 || w->out->bad)
		return;
	memcpy(head, frame->id.data, frame->id.size);
	if (frame->string)
		head[0] = (unsigned char)frame->string;
	der_wrap(w->out, frame->start, head[frame->id.size - 1]);
	buf_insert(w->out, frame->start, SPAN_OF(head, frame->id.size - 1));
}

/* True when an element with this tag may be a part of a string. Parts of character strings are
 * OCTET STRINGs (X.690 8.23.6); some write the type itself. */
static bool
may_be_part(unsigned string, unsigned tag)
{
	tag &= ~(unsigned)CONSTRUCTED;
	return tag == string || (tag == DER_OCTET_STRING && string != DER_BIT_STRING);
}

static enum rc
put_part(struct walk *w, const struct frame *frame, struct span value)
{
	struct span bytes;
	unsigned unused;

	if (frame->string != DER_BIT_STRING) {
		buf_put(w->out, value);
		return RC_OK;
	}
	if (der_bits(value, &bytes, &unused))
		return RC_DAMAGED;
	if (w->out->bad)
		return RC_NO_MEMORY;
	/* Only the last part may have unused bits. */
	if (w->out->data[frame->start] != 0)
		return RC_DAMAGED;
	w->out->data[frame->start] = (unsigned char)unused;
	buf_put(w->out, bytes);
	return RC_OK;
}

static enum rc
put_primitive(struct walk *w, const struct der_head *head)
{
	const struct frame *parent = w->depth > 0 ? &w->stack[w->depth - 1] : NULL;
	struct span id = span_part(w->in, w->at, head->id_size);
	struct span value = span_part(w->in, w->at + head->size, head->length);

	w->at += head->size + head->length;
	if (parent && parent->string)
		return put_part(w, parent, value);
	buf_put(w->out, span_part(id, 0, id.size - 1));
	der_put(w->out, id.data[id.size - 1], value);
	return RC_OK;
}

/* Deals with the element, or the end of one, that comes next. */
static enum rc
step(struct walk *w)
{
	struct frame *top = w->depth > 0 ? &w->stack[w->depth - 1] : NULL;
	size_t limit = top ? top->limit : w->in.size;
	struct span rest = span_part(w->in, w->at, limit - w->at);
	struct der_head head;

	if (!der_read_head(rest, &head) || head.length > rest.size - head.size)
		return RC_DAMAGED;
	if (rest.data[0] == 0) {
		if (!top || !top->indefinite || head.size != 2 || head.length > 0)
			return RC_DAMAGED;
		w->at += 2;
		pop(w);
		return RC_OK;
	}
	if (top && top->string && !may_be_part(top->string, rest.data[0]))
		return RC_DAMAGED;
	if (rest.data[0] & CONSTRUCTED)
		return push(w, &head, limit);
	return head.indefinite ? RC_DAMAGED : put_primitive(w, &head);
}

enum rc
der_from_ber(struct buf *out, struct span in, size_t *used)
{
	struct walk w = { .in = in, .out = out };
	size_t before = out->size;
	enum rc rc;

	do {
		rc = step(&w);
		while (!rc && w.depth > 0 && !w.stack[w.depth - 1].indefinite &&
		       w.at == w.stack[w.depth - 1].limit)
			pop(&w);
	} while (!rc && w.depth > 0);
	if (!rc)
		rc = buf_rc(out);
	if (rc && !out->bad)
		buf_cut(out, before);
	if (!rc && used)
		*used = w.at;
	return rc;
}
