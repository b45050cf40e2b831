/* SPDX-License-Identifier: GPL-3.0-or-later */
/* General names: the walk and the text. */
#include "pki/name.h"

#include "base/text.h"
#include "pki/der.h"
#include "pki/dn.h"
#include "pki/oid.h"

#include <arpa/inet.h>
#include <string.h>

enum { IP4_SIZE = 4, IP6_SIZE = 16, LABEL_MAX = 63 };

/* The identifier octet of each GeneralName: all are IMPLICIT but directoryName, which is a CHOICE.
 */
static const unsigned char tags[] = {
	[NAME_OTHER] = DER_CONTEXT_SET(0), [NAME_EMAIL] = DER_CONTEXT(1),
	[NAME_DNS] = DER_CONTEXT(2),       [NAME_X400] = DER_CONTEXT_SET(3),
	[NAME_DIR] = DER_CONTEXT_SET(4),   [NAME_EDI] = DER_CONTEXT_SET(5),
	[NAME_URI] = DER_CONTEXT(6),       [NAME_IP] = DER_CONTEXT(7),
	[NAME_RID] = DER_CONTEXT(8),
};

enum rc
name_next(struct span *names, struct name *out)
{
	struct span rest = *names;
	struct tlv tlv;
	unsigned type;

	if (rest.size == 0)
		return RC_NOT_FOUND;
	if (der_next(&rest, &tlv))
		return RC_DAMAGED;
	type = tlv.tag & 0x1f;
	if (type >= ARRAY_SIZE(tags) || tlv.tag != tags[type])
		return RC_DAMAGED;
	*out = (struct name){ (enum name_type)type, tlv.value, tlv.whole };
	*names = rest;
	return RC_OK;
}

static bool
is_host_character(unsigned c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-';
}

/* RFC 1123 section 2.1: letters, digits and hyphens, the latter not at the ends. */
static bool
is_label(struct span label, bool *digits)
{
	size_t i;

	*digits = true;
	if (label.size == 0 || label.size > LABEL_MAX)
		return false;
	if (label.data[0] == '-' || label.data[label.size - 1] == '-')
		return false;
	for (i = 0; i < label.size; i++) {
		if (!is_host_character(label.data[i]))
			return false;
		if (label.data[i] < '0' || label.data[i] > '9')
			*digits = false;
	}
	return true;
}

bool
name_is_host(struct span text)
{
	const unsigned char *dot;
	bool digits = true;
	size_t size;

	if (text.size == 0 || text.size > HOST_MAX || text.data[text.size - 1] == '.')
		return false;
	while (text.size > 0) {
		dot = memchr(text.data, '.', text.size);
		size = dot ? (size_t)(dot - text.data) : text.size;
		if (!is_label(span_part(text, 0, size), &digits))
			return false;
		text = span_part(text, size + 1, text.size);
	}
	/* 1.2.3.4.5 and 300.1.1.1 are addresses with a slip, not hosts. */
	return !digits;
}

size_t
name_address(unsigned char out[NAME_ADDRESS_MAX], const char *text)
{
	if (inet_pton(AF_INET, text, out) == 1)
		return IP4_SIZE;
	return inet_pton(AF_INET6, text, out) == 1 ? IP6_SIZE : 0;
}

/* How many bits a mask begins with; -1 when it is no mask. */
static int
mask_bits(struct span mask)
{
	size_t bits = 0;
	size_t i;

	while (bits < mask.size * 8 && mask.data[bits / 8] & 0x80 >> bits % 8)
		bits++;
	for (i = bits; i < mask.size * 8; i++) {
		if (mask.data[i / 8] & 0x80 >> i % 8)
			return -1;
	}
	return (int)bits;
}

static void
put_address(struct buf *out, struct span address)
{
	char text[INET6_ADDRSTRLEN];
	int family = address.size == IP4_SIZE ? AF_INET : AF_INET6;

	if (inet_ntop(family, address.data, text, sizeof(text)))
		buf_put_text(out, text);
}

/* An address, or address and mask. */
static void
put_ip(struct buf *out, struct span value)
{
	size_t half = value.size / 2;
	int bits;

	if (value.size == IP4_SIZE || value.size == IP6_SIZE) {
		put_address(out, value);
		return;
	}
	if (value.size % 2 || (half != IP4_SIZE && half != IP6_SIZE)) {
		buf_put_byte(out, '#');
		text_put_hex(out, value);
		return;
	}
	put_address(out, span_part(value, 0, half));
	buf_put_byte(out, '/');
	bits = mask_bits(span_part(value, half, half));
	if (bits >= 0)
		buf_printf(out, "%d", bits);
	else
		put_address(out, span_part(value, half, half));
}

/* OtherName ::= SEQUENCE { type-id OBJECT IDENTIFIER, value [0] EXPLICIT ANY } */
static void
put_other(struct buf *out, struct span value)
{
	struct span oid;
	struct span inside;
	struct span text;

	if (der_take(&value, DER_OID, &oid) || der_only(value, DER_CONTEXT_SET(0), &inside)) {
		buf_put_text(out, "other:?");
		return;
	}
	if (oid_is(oid, OID_UPN) && der_only(inside, DER_UTF8_STRING, &text) == RC_OK) {
		buf_put_text(out, "upn:");
		text_escape(out, text);
		return;
	}
	buf_put_text(out, "other:");
	oid_put_dotted(out, oid);
	buf_put_byte(out, ';');
	text_put_hex(out, inside);
}

void
name_put(struct buf *out, const struct name *name)
{
	static const char *const prefixes[] = {
		[NAME_OTHER] = "",     [NAME_EMAIL] = "email:", [NAME_DNS] = "dns:",
		[NAME_X400] = "x400:", [NAME_DIR] = "dir:",     [NAME_EDI] = "edi:",
		[NAME_URI] = "uri:",   [NAME_IP] = "ip:",       [NAME_RID] = "rid:",
	};

	buf_put_text(out, prefixes[name->type]);
	switch (name->type) {
	case NAME_OTHER:
		put_other(out, name->value);
		break;
	case NAME_EMAIL:
	case NAME_DNS:
	case NAME_URI:
		text_escape(out, name->value);
		break;
	case NAME_DIR:
		dn_put(out, name->value);
		break;
	case NAME_IP:
		put_ip(out, name->value);
		break;
	case NAME_RID:
		oid_put_dotted(out, name->value);
		break;
	case NAME_X400:
	case NAME_EDI:
		text_put_hex(out, name->value);
		break;
	}
}
