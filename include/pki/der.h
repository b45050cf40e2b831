/* DER and BER elements (X.690): a reader that allocates nothing, and heads for writing.
 *
 * Reading is strict DER (definite, shortest lengths; nothing past the end): RC_DAMAGED otherwise.
 * What is BER (indefinite lengths, constructed strings, long lengths) is made DER first, with
 * der_from_ber. */
#ifndef PKI_DER_H
#define PKI_DER_H

#include "base/buf.h"
#include "base/secret.h"

enum {
	DER_BOOLEAN = 0x01,
	DER_INTEGER = 0x02,
	DER_BIT_STRING = 0x03,
	DER_OCTET_STRING = 0x04,
	DER_NULL = 0x05,
	DER_OID = 0x06,
	DER_ENUMERATED = 0x0a,
	DER_UTF8_STRING = 0x0c,
	DER_NUMERIC_STRING = 0x12,
	DER_PRINTABLE_STRING = 0x13,
	DER_T61_STRING = 0x14,
	DER_IA5_STRING = 0x16,
	DER_UTC_TIME = 0x17,
	DER_GENERALIZED_TIME = 0x18,
	DER_VISIBLE_STRING = 0x1a,
	DER_UNIVERSAL_STRING = 0x1c,
	DER_BMP_STRING = 0x1e,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
	DER_LONG_TAG = 0x1f, /* in an identifier octet: the tag number follows */
};

/* The deepest nesting that der_from_ber and der_check follow; the deepest that is known has about
 * twenty levels. A build may say otherwise. */
#ifndef KYMAN_DEPTH_MAX
#define KYMAN_DEPTH_MAX 64
#endif
enum { DER_DEPTH_MAX = KYMAN_DEPTH_MAX };

/* The identifier octet of [n] IMPLICIT primitive and of [n] constructed; n <= 30. */
#define DER_CONTEXT(n)     (0x80U | (unsigned)(n))
#define DER_CONTEXT_SET(n) (0xa0U | (unsigned)(n))

/* One element. tag is its first identifier octet (for tag numbers over 30 that octet alone). */
struct tlv {
	unsigned tag;
	struct span whole;
	struct span value;
};

/* What the head of a BER element says, whether its contents are there or not. */
struct der_head {
	size_t id_size;  /* identifier octets */
	size_t size;     /* those and the length octets */
	size_t length;   /* of the contents; 0 when indefinite */
	bool indefinite; /* up to two zero octets */
};

/* Reads the head at the front of `in`. False when it is no BER head, cut off, or has a length that
 * no size_t can hold. */
bool der_read_head(struct span in, struct der_head *out);

/* How much head and contents an element has. */
struct der_sizes {
	size_t head; /* 0: it is no DER, or cut off */
	size_t contents;
};

/* The sizes of the element at the front of `in`, which has a tag or a length of several octets. By
 * value, so that der_next can keep all it works on in registers. */
struct der_sizes der_long_sizes(struct span in);

/* The next five are what reading a hundred thousand certificates consists of: they stand here to
 * be inlined. */

/* The identifier octet that comes next, or 0 at the end. */
static inline unsigned
der_peek(struct span in)
{
	return in.size > 0 ? in.data[0] : 0;
}

/* Takes the next element off the front of *in. RC_DAMAGED when there is none or it is not DER; *in
 * is then unchanged. */
NODISCARD static inline enum rc
der_next(struct span *in, struct tlv *out)
{
	struct der_sizes is = { .head = 2 };
	struct span all = *in;
	size_t size;

	if (all.size < 2 || all.data[0] == 0)
		return RC_DAMAGED;
	is.contents = all.data[1];
	if (is.contents >= 0x80 || (all.data[0] & DER_LONG_TAG) == DER_LONG_TAG)
		is = der_long_sizes(all);
	if (is.head == 0 || is.contents > all.size - is.head)
		return RC_DAMAGED;
	size = is.head + is.contents;
	out->tag = all.data[0];
	out->whole = SPAN_OF(all.data, size);
	out->value = SPAN_OF(all.data + is.head, is.contents);
	*in = SPAN_OF(all.data + size, all.size - size);
	return RC_OK;
}

/* Takes the next element, which must have this tag, and gives its value. As der_next. */
NODISCARD static inline enum rc
der_take(struct span *in, unsigned tag, struct span *value)
{
	struct tlv tlv;

	if (der_peek(*in) != tag || der_next(in, &tlv))
		return RC_DAMAGED;
	*value = tlv.value;
	return RC_OK;
}

/* Takes the next element if it has this tag. False, value empty and *in unchanged, when it has not,
 * or is not DER. */
static inline bool
der_optional(struct span *in, unsigned tag, struct span *value)
{
	*value = SPAN_NONE;
	return der_take(in, tag, value) == RC_OK;
}

/* As der_take for an element that must be all there is in `in`. */
NODISCARD static inline enum rc
der_only(struct span in, unsigned tag, struct span *value)
{
	if (der_take(&in, tag, value) || in.size > 0)
		return RC_DAMAGED;
	return RC_OK;
}

/* A non-negative INTEGER's value, in shortest form and at most 2^63 - 1; RC_DAMAGED, RC_LIMIT. */
NODISCARD enum rc der_number(struct span value, uint64_t *out);

/* Takes an INTEGER and its number: der_take and der_number in one. */
NODISCARD enum rc der_take_number(struct span *in, uint64_t *out);

/* A BOOLEAN's value: 00 or FF only. */
NODISCARD enum rc der_boolean(struct span value, bool *out);

/* The bytes of a BIT STRING with their unused bits (0 to 7, which must be zero). */
NODISCARD enum rc der_bits(struct span value, struct span *bytes, unsigned *unused);

/* UTCTime (years 1950 to 2049) or GeneralizedTime, as RFC 5280 wants them (seconds there, Z, no
 * fraction); leniently also without seconds or with an offset. RC_DAMAGED for what is no date. */
NODISCARD enum rc der_time(const struct tlv *tlv, int64_t *out);

/* True when value is a well-formed OBJECT IDENTIFIER. */
bool der_oid_valid(struct span value);

/* Appends a character string of any type as UTF-8. T61String is read as Latin-1; of the types that
 * are part of ASCII all of it is taken (PrintableStrings with @ and * are everywhere). False (and
 * U+FFFD in the text) when the bytes are not of their type, and for tags that are no character
 * string (nothing is appended). */
bool der_string(struct buf *out, unsigned tag, struct span value);

/* Walks everything inside `in`, not recursively: RC_OK when it is a run of elements, each DER down
 * to the last primitive (heads and nesting; the values of primitives are not looked at), RC_LIMIT
 * when deeper than DER_DEPTH_MAX, else RC_DAMAGED. */
NODISCARD enum rc der_check(struct span in);

/* Says that something nests deeper than DER_DEPTH_MAX, and how to raise that. Returns RC_LIMIT. */
enum rc der_too_deep(struct err *err);

/* Makes DER of the BER element at the front of `in`: definite, shortest lengths; constructed
 * strings of universal type become primitive; the rest is kept. *used (may be NULL) is how many
 * bytes the element had. RC_DAMAGED, RC_LIMIT (depth), RC_NO_MEMORY. */
NODISCARD enum rc der_from_ber(struct buf *out, struct span in, size_t *used);

/* How many bytes the element at the front of `in` takes by its head alone, whether they are there
 * or not; 0 when the head is not BER or the length is indefinite. For telling truncated files and
 * trailing bytes. */
size_t der_announced(struct span in);

/* How many bytes a head takes for contents of size bytes. */
size_t der_head_size(size_t size);

/* Appends identifier and length. */
void der_put_head(struct buf *out, unsigned tag, size_t size);

/* Appends a whole element. */
void der_put(struct buf *out, unsigned tag, struct span value);

/* Appends an INTEGER. */
void der_put_number(struct buf *out, uint64_t number);

/* Makes what is in out from offset on the contents of an element with this tag: puts the head
 * before it. */
void der_wrap(struct buf *out, size_t offset, unsigned tag);

/* Appends a UTCTime up to 2049, else a GeneralizedTime (RFC 5280 section 4.1.2.5). */
void der_put_time(struct buf *out, int64_t when);

/* Sorts the elements that out holds from offset on as DER wants a SET OF sorted (X.690
 * section 11.6). */
NODISCARD enum rc der_sort_set(struct buf *out, size_t offset);

#endif
