/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading of DER: heads, elements and the values of the simple types. */
#include "pki/der.h"

#include "base/text.h"

enum {
	CONSTRUCTED = 0x20,
	LONG_TAG_OCTETS_MAX = 5, /* tag numbers of up to 28 bits: far more than anybody has */
};

/* Identifier octets at the front of `in`; 0 when they are cut off or not in shortest form. */
static size_t
id_octets(struct span in)
{
	size_t at = 1;

	if (in.size == 0)
		return 0;
	if ((in.data[0] & DER_LONG_TAG) != DER_LONG_TAG)
		return 1;
	/* X.690 8.1.2.4: no leading zeros, and not for numbers below 31. */
	if (in.size < 2 || in.data[1] == 0x80 || in.data[1] < DER_LONG_TAG)
		return 0;
	while (at < in.size && at < LONG_TAG_OCTETS_MAX && in.data[at] & 0x80)
		at++;
	if (at >= in.size || in.data[at] & 0x80)
		return 0;
	return at + 1;
}

bool
der_read_head(struct span in, struct der_head *out)
{
	size_t at = id_octets(in);
	size_t octets;
	size_t length = 0;

	if (at == 0 || at >= in.size)
		return false;
	*out = (struct der_head){ .id_size = at, .size = at + 1, .length = in.data[at] };
	if (out->length < 0x80)
		return true;
	octets = out->length & 0x7f;
	if (octets == 0x7f || in.size - out->size < octets)
		return false;
	for (at = out->size; at < out->size + octets; at++) {
		if (length > SIZE_MAX >> 8)
			return false;
		length = length << 8 | in.data[at];
	}
	out->size += octets;
	out->length = length;
	out->indefinite = octets == 0;
	return true;
}

struct der_sizes
der_long_sizes(struct span in)
{
	const struct der_sizes none = { .head = 0 };
	struct der_head head;

	/* A one-octet tag and a length of two octets, as most of what is long has. */
	if (in.size >= 4 && (in.data[0] & DER_LONG_TAG) != DER_LONG_TAG && in.data[1] == 0x82 &&
	    in.data[2] != 0)
		return (struct der_sizes){ 4, (size_t)in.data[2] << 8 | in.data[3] };
	if (!der_read_head(in, &head) || head.indefinite)
		return none;
	if (head.size != head.id_size - 1 + der_head_size(head.length))
		return none;
	return (struct der_sizes){ head.size, head.length };
}

enum rc
der_number(struct span value, uint64_t *out)
{
	uint64_t number = 0;
	size_t i;

	if (value.size == 0 || value.data[0] & 0x80)
		return RC_DAMAGED;
	if (value.size > 1 && value.data[0] == 0 && !(value.data[1] & 0x80))
		return RC_DAMAGED;
	if (value.size > sizeof(number))
		return RC_LIMIT;
	for (i = 0; i < value.size; i++)
		number = number << 8 | value.data[i];
	*out = number;
	return RC_OK;
}

enum rc
der_take_number(struct span *in, uint64_t *out)
{
	struct span rest = *in;
	struct span value;
	enum rc rc;

	rc = der_take(&rest, DER_INTEGER, &value);
	if (!rc)
		rc = der_number(value, out);
	if (!rc)
		*in = rest;
	return rc;
}

enum rc
der_boolean(struct span value, bool *out)
{
	if (value.size != 1 || (value.data[0] != 0 && value.data[0] != 0xff))
		return RC_DAMAGED;
	*out = value.data[0] != 0;
	return RC_OK;
}

enum rc
der_bits(struct span value, struct span *bytes, unsigned *unused)
{
	unsigned count;

	if (value.size == 0 || value.data[0] > 7)
		return RC_DAMAGED;
	count = value.data[0];
	if (count > 0 && value.size == 1)
		return RC_DAMAGED;
	if (value.data[value.size - 1] & ((1U << count) - 1) && count > 0)
		return RC_DAMAGED;
	*unused = count;
	*bytes = span_part(value, 1, value.size - 1);
	return RC_OK;
}

/* The next count digits as a number; -1 when they are not there. */
static int
take_digits(struct span *s, size_t count)
{
	int number = 0;
	size_t i;

	if (s->size < count)
		return -1;
	for (i = 0; i < count; i++) {
		if (s->data[i] < '0' || s->data[i] > '9')
			return -1;
		number = number * 10 + (s->data[i] - '0');
	}
	*s = span_part(*s, count, s->size - count);
	return number;
}

/* "Z", "+hhmm" or "-hhmm", and nothing behind it. */
static enum rc
take_zone(struct span s, int64_t *offset)
{
	int hours;
	int minutes;
	unsigned sign = der_peek(s);

	*offset = 0;
	if (sign == 'Z')
		return s.size == 1 ? RC_OK : RC_DAMAGED;
	if (sign != '+' && sign != '-')
		return RC_DAMAGED;
	s = span_part(s, 1, s.size - 1);
	hours = take_digits(&s, 2);
	minutes = take_digits(&s, 2);
	if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || s.size > 0)
		return RC_DAMAGED;
	*offset = (int64_t)60 * (hours * 60 + minutes);
	if (sign == '-')
		*offset = -*offset;
	return RC_OK;
}

enum rc
der_time(const struct tlv *tlv, int64_t *out)
{
	struct span s = tlv->value;
	struct text_date date = { .second = 0 };
	int64_t offset;

	if (tlv->tag != DER_UTC_TIME && tlv->tag != DER_GENERALIZED_TIME)
		return RC_DAMAGED;
	date.year = take_digits(&s, tlv->tag == DER_UTC_TIME ? 2 : 4);
	if (tlv->tag == DER_UTC_TIME && date.year >= 0)
		date.year += date.year < 50 ? 2000 : 1900;
	date.month = take_digits(&s, 2);
	date.day = take_digits(&s, 2);
	date.hour = take_digits(&s, 2);
	date.minute = take_digits(&s, 2);
	if (date.year < 0 || date.minute < 0)
		return RC_DAMAGED;
	if (der_peek(s) >= '0' && der_peek(s) <= '9')
		date.second = take_digits(&s, 2);
	if (take_zone(s, &offset) || !text_date_seconds(out, &date))
		return RC_DAMAGED;
	*out -= offset;
	return RC_OK;
}

bool
der_oid_valid(struct span value)
{
	bool first = true;
	size_t i;

	if (value.size == 0 || value.data[value.size - 1] & 0x80)
		return false;
	for (i = 0; i < value.size; i++) {
		/* X.690 8.19.2: an arc does not begin with a padding octet. */
		if (first && value.data[i] == 0x80)
			return false;
		first = !(value.data[i] & 0x80);
	}
	return true;
}

static bool
put_utf8(struct buf *out, struct span value)
{
	struct span rest = value;
	int32_t point;

	if (text_is_utf8(value)) {
		buf_put(out, value);
		return true;
	}
	while ((point = text_next(&rest)) != -2)
		text_put(out, point < 0 ? 0xfffd : (uint32_t)point);
	return false;
}

/* Bytes of one character each: up to 0x7f, or Latin-1. */
static bool
put_bytes(struct buf *out, struct span value, unsigned last)
{
	bool good = true;
	size_t i = text_plain(value, 0, 0);

	buf_put(out, span_part(value, 0, i));
	for (; i < value.size; i++) {
		bool fits = value.data[i] <= last;

		text_put(out, fits ? value.data[i] : 0xfffd);
		good = good && fits;
	}
	return good;
}

static bool
put_utf32(struct buf *out, struct span value)
{
	bool good = value.size % 4 == 0;
	size_t at;

	for (at = 0; at + 4 <= value.size; at += 4) {
		const unsigned char *p = value.data + at;
		uint32_t point = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 |
				 (uint32_t)p[3];

		text_put(out, point);
		good = good && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
	}
	if (value.size % 4)
		text_put(out, 0xfffd);
	return good;
}

bool
der_string(struct buf *out, unsigned tag, struct span value)
{
	switch (tag) {
	case DER_UTF8_STRING:
		return put_utf8(out, value);
	case DER_NUMERIC_STRING:
	case DER_PRINTABLE_STRING:
	case DER_IA5_STRING:
	case DER_VISIBLE_STRING:
		return put_bytes(out, value, 0x7f);
	case DER_T61_STRING:
		return put_bytes(out, value, 0xff);
	case DER_UNIVERSAL_STRING:
		return put_utf32(out, value);
	case DER_BMP_STRING:
		return text_from_utf16be(out, value);
	default:
		return false;
	}
}

/* X.690 8.9, 8.11, 10.2: in DER, SEQUENCE and SET are constructed and no other universal type that
 * anybody uses is (8 and 11 are EXTERNAL and EMBEDDED PDV). */
static bool
form_is_der(unsigned tag)
{
	unsigned number = tag & DER_LONG_TAG;

	if (tag & 0xc0 || number == DER_LONG_TAG)
		return true;
	return !(tag & CONSTRUCTED) ==
	       !(number == 0x10 || number == 0x11 || number == 8 || number == 11);
}

enum rc
der_check(struct span in)
{
	struct span behind[DER_DEPTH_MAX];
	size_t depth = 0;
	struct tlv tlv;

	for (;;) {
		while (in.size == 0 && depth > 0)
			in = behind[--depth];
		if (in.size == 0)
			return RC_OK;
		if (der_next(&in, &tlv) || !form_is_der(tlv.tag))
			return RC_DAMAGED;
		if (!(tlv.tag & CONSTRUCTED))
			continue;
		if (depth == DER_DEPTH_MAX)
			return RC_LIMIT;
		behind[depth++] = in;
		in = tlv.value;
	}
}

enum rc
der_too_deep(struct err *err)
{
	(void)err_set(err, RC_LIMIT, "it nests deeper than %d levels, which is the limit",
		      DER_DEPTH_MAX);
	(void)err_hint(err, "a kyman that is built with CPPFLAGS=-DKYMAN_DEPTH_MAX=N takes N");
	return RC_LIMIT;
}

size_t
der_announced(struct span in)
{
	struct der_head head;

	if (!der_read_head(in, &head) || head.indefinite)
		return 0;
	return head.length > SIZE_MAX - head.size ? SIZE_MAX : head.size + head.length;
}
