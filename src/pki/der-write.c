/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing of DER: heads, elements and the simple types. */
#include "base/text.h"
#include "pki/der.h"

#include <stdlib.h>

/* How many octets a number takes, at least one. */
static size_t
octets_of(uint64_t number)
{
	size_t octets = 1;

	while (number >>= 8)
		octets++;
	return octets;
}

size_t
der_head_size(size_t size)
{
	return size < 0x80 ? 2 : 2 + octets_of(size);
}

/* Writes der_head_size octets. */
static void
fill_head(unsigned char *to, unsigned tag, size_t size)
{
	size_t octets = der_head_size(size) - 2;

	*to++ = (unsigned char)tag;
	*to++ = (unsigned char)(octets ? 0x80 | octets : size);
	while (octets > 0)
		*to++ = (unsigned char)(size >> 8 * --octets);
}

void
der_put_head(struct buf *out, unsigned tag, size_t size)
{
	unsigned char *to = buf_extend(out, der_head_size(size));

	if (to)
		fill_head(to, tag, size);
}

void
der_put(struct buf *out, unsigned tag, struct span value)
{
	der_put_head(out, tag, value.size);
	buf_put(out, value);
}

void
der_put_number(struct buf *out, uint64_t number)
{
	size_t octets = octets_of(number);
	bool sign = number >> (8 * octets - 1) & 1;

	der_put_head(out, DER_INTEGER, octets + sign);
	if (sign)
		buf_put_byte(out, 0);
	while (octets > 0)
		buf_put_byte(out, number >> 8 * --octets & 0xff);
}

void
der_wrap(struct buf *out, size_t offset, unsigned tag)
{
	unsigned char head[2 + sizeof(size_t)];
	size_t size;

	if (out->bad || offset > out->size)
		return;
	size = out->size - offset;
	fill_head(head, tag, size);
	buf_insert(out, offset, SPAN_OF(head, der_head_size(size)));
}

void
der_put_time(struct buf *out, int64_t when)
{
	struct text_date date = text_date_of(when);
	bool utc = date.year >= 1950 && date.year < 2050;

	der_put_head(out, utc ? DER_UTC_TIME : DER_GENERALIZED_TIME, utc ? 13 : 15);
	if (utc)
		buf_printf(out, "%02d", date.year % 100);
	else
		buf_printf(out, "%04d", date.year);
	buf_printf(out, "%02d%02d%02d%02d%02dZ", date.month, date.day, date.hour, date.minute,
		   date.second);
}

/* X.690 11.6 compares as if the shorter were padded with zeros; elements say their own lengths, so
 * that none begins another. */
static int
compare_elements(const void *a, const void *b)
{
	const struct span *left = a;
	const struct span *right = b;

	return span_compare(*left, *right);
}

/* How many elements there are; 0 when they are not DER. */
static size_t
count_elements(struct span in)
{
	struct tlv tlv;
	size_t count = 0;

	while (in.size > 0) {
		if (der_next(&in, &tlv))
			return 0;
		count++;
	}
	return count;
}

/* Appends the count elements of `in` in their order; out is empty. */
static enum rc
put_sorted(struct buf *out, struct span in, size_t count)
{
	struct span *elements = calloc(count, sizeof(*elements));
	struct tlv tlv;
	size_t i;

	if (!elements)
		return RC_NO_MEMORY;
	for (i = 0; i < count && !der_next(&in, &tlv); i++)
		elements[i] = tlv.whole;
	qsort(elements, count, sizeof(*elements), compare_elements);
	for (i = 0; i < count; i++)
		buf_put(out, elements[i]);
	free(elements);
	return buf_rc(out);
}

enum rc
der_sort_set(struct buf *out, size_t offset)
{
	struct buf sorted = BUF_INIT;
	struct span in = span_part(buf_span(out), offset, out->size);
	size_t count = count_elements(in);
	enum rc rc;

	if (out->bad)
		return RC_NO_MEMORY;
	if (count == 0 && in.size > 0)
		return RC_DAMAGED;
	if (count < 2)
		return RC_OK;
	rc = put_sorted(&sorted, in, count);
	if (!rc) {
		buf_cut(out, offset);
		buf_put(out, buf_span(&sorted));
		rc = buf_rc(out);
	}
	buf_release(&sorted);
	return rc;
}
