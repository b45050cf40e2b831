/* SPDX-License-Identifier: GPL-3.0-or-later */
/* General names out of what users type. */
#include "base/text.h"
#include "pki/der.h"
#include "pki/dn.h"
#include "pki/name.h"
#include "pki/oid.h"

#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <string.h>

enum {
	HOST_TYPED_MAX = 1000, /* bytes: U-labels are longer than the A-labels that they become */
	LOCAL_PART_MAX = 64,   /* RFC 5321 section 4.5.3.1.1 */
	TEXT_VALUE_MAX = 4096,
};

static enum rc
bad_host(struct span text, struct err *err)
{
	(void)err_set(err, RC_USAGE, "'%s' is not a host name", ESC_SPAN(text));
	(void)err_hint(err, "labels of 1 to 63 letters, digits and hyphens, with dots between; "
			    "a wildcard is the whole first label of three or more");
	return RC_USAGE;
}

static bool
is_ascii(struct span s)
{
	size_t i;

	for (i = 0; i < s.size; i++) {
		if (s.data[i] >= 0x80)
			return false;
	}
	return true;
}

/* True when each label that claims to be an A-label is one. */
static bool
labels_decode(struct span host)
{
	gnutls_datum_t unicode = { NULL, 0 };
	int status;

	if (!memmem(host.data, host.size, "xn--", 4))
		return true;
	status = gnutls_idna_reverse_map((const char *)host.data, (unsigned)host.size, &unicode, 0);
	if (status == 0)
		gnutls_free(unicode.data);
	return status == 0;
}

/* Appends text in lower case, U-labels (IDNA 2008) as A-labels. False when they are none. */
static bool
put_labels(struct buf *out, struct span text)
{
	gnutls_datum_t mapped = { NULL, 0 };
	size_t i;

	if (is_ascii(text)) {
		for (i = 0; i < text.size; i++) {
			bool upper = text.data[i] >= 'A' && text.data[i] <= 'Z';

			buf_put_byte(out, text.data[i] | (upper ? 0x20U : 0U));
		}
		return true;
	}
	if (gnutls_idna_map((const char *)text.data, (unsigned)text.size, &mapped,
			    GNUTLS_IDNA_FORCE_2008))
		return false;
	buf_put(out, SPAN_OF(mapped.data, mapped.size));
	gnutls_free(mapped.data);
	return true;
}

/* Appends a host name that was typed, checked and with A-labels. */
static enum rc
put_host(struct buf *out, struct span text, struct err *err)
{
	struct buf host = BUF_INIT;
	struct span plain = text;
	enum rc rc;

	if (plain.size > 1 && plain.data[plain.size - 1] == '.')
		plain.size--;
	if (plain.size == 0 || plain.size > HOST_TYPED_MAX || !put_labels(&host, plain)) {
		rc = bad_host(text, err);
		goto out;
	}
	rc = buf_rc(&host);
	if (rc)
		goto out;
	if (!name_is_host(buf_span(&host)) || !labels_decode(buf_span(&host)))
		rc = bad_host(text, err);
	else
		buf_put(out, buf_span(&host));
out:
	buf_release(&host);
	return rc;
}

/* The same with a prefix, "*." or ".", that may be there and is kept. */
static enum rc
put_host_after(struct buf *out, const char *prefix, struct span text, struct err *err)
{
	struct span before = span_text(prefix);

	if (span_begins(text, before)) {
		buf_put(out, before);
		text = span_part(text, before.size, text.size);
	}
	return put_host(out, text, err);
}

static enum rc
put_dns(struct buf *out, struct span text, struct err *err)
{
	bool wildcard = span_begins(text, span_text("*."));
	struct span host;
	enum rc rc = put_host_after(out, "*.", text, err);

	if (rc || !wildcard || out->bad)
		return rc;
	host = span_part(buf_span(out), 2, out->size);
	return memchr(host.data, '.', host.size) ? RC_OK : bad_host(text, err);
}

static enum rc
put_ip(struct buf *out, struct span text, struct err *err)
{
	unsigned char address[NAME_ADDRESS_MAX];
	size_t size = name_address(address, (const char *)text.data);

	if (size == 0)
		return err_set(err, RC_USAGE, "'%s' is not an IPv4 or IPv6 address",
			       ESC_SPAN(text));
	buf_put(out, SPAN_OF(address, size));
	return RC_OK;
}

/* dot-atom of RFC 5322: quoted local parts are allowed there and used by nobody. */
static bool
is_local_part(struct span s)
{
	size_t i;

	if (s.size == 0 || s.size > LOCAL_PART_MAX || s.data[0] == '.' || s.data[s.size - 1] == '.')
		return false;
	for (i = 0; i < s.size; i++) {
		if (s.data[i] <= ' ' || s.data[i] >= 0x7f || strchr("\"(),:;<>@[\\]", s.data[i]))
			return false;
		if (s.data[i] == '.' && s.data[i + 1] == '.')
			return false;
	}
	return true;
}

static enum rc
put_email(struct buf *out, struct span text, struct err *err)
{
	const unsigned char *at = memrchr(text.data, '@', text.size);
	size_t local = at ? (size_t)(at - text.data) : 0;

	if (!is_local_part(span_part(text, 0, local))) {
		(void)err_set(err, RC_USAGE, "'%s' is not a mail address", ESC_SPAN(text));
		(void)err_hint(err, "write name@host, with ASCII characters before the @");
		return RC_USAGE;
	}
	buf_put(out, span_part(text, 0, local + 1));
	return put_host(out, span_part(text, local + 1, text.size), err);
}

/* RFC 3986: a scheme, and something behind it; RFC 5280 wants it absolute. */
static enum rc
put_uri(struct buf *out, struct span text, struct err *err)
{
	size_t scheme = strspn((const char *)text.data,
			       "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.");
	bool good = scheme > 0 && (text.data[0] | 0x20) >= 'a' && scheme + 1 < text.size &&
		    text.data[scheme] == ':';
	size_t i;

	for (i = 0; good && i < text.size; i++)
		good = text.data[i] > ' ' && text.data[i] < 0x7f &&
		       !strchr("\"<>\\^`{|}", text.data[i]);
	if (!good) {
		(void)err_set(err, RC_USAGE, "'%s' is not an absolute URI", ESC_SPAN(text));
		(void)err_hint(err, "write scheme:rest, with other than ASCII characters as %%HH");
		return RC_USAGE;
	}
	buf_put(out, text);
	return RC_OK;
}

static enum rc
put_dir(struct buf *out, struct span text, struct err *err)
{
	enum rc rc = dn_parse(out, (const char *)text.data, err);

	if (rc)
		return rc;
	if (dn_is_empty(buf_span(out)))
		return err_set(err, RC_USAGE, "dir: needs a distinguished name");
	return RC_OK;
}

static enum rc
put_rid(struct buf *out, struct span text, struct err *err)
{
	if (oid_from_dotted(out, text) && !out->bad)
		return err_set(err, RC_USAGE, "'%s' is not a dotted object identifier",
			       ESC_SPAN(text));
	return buf_rc(out);
}

/* True for text that may stand in a UTF8String of ours. */
static bool
is_clean(struct span s)
{
	return s.size && s.size <= TEXT_VALUE_MAX && text_is_safe(s);
}

static enum rc
put_upn(struct buf *out, struct span text, struct err *err)
{
	size_t begin;

	if (!is_clean(text))
		return err_set(err, RC_USAGE, "'%s' is not a principal name", ESC_SPAN(text));
	der_put(out, DER_OID, oid_octets(OID_UPN));
	begin = out->size;
	der_put(out, DER_UTF8_STRING, text);
	der_wrap(out, begin, DER_CONTEXT_SET(0));
	return RC_OK;
}

/* Appends the element that "UTF8:text" or hexadecimal stands for. */
static enum rc
put_any(struct buf *out, struct span text)
{
	struct span utf8 = span_text("UTF8:");
	size_t begin = out->size;
	struct span in;
	struct tlv tlv;

	if (span_begins(text, utf8)) {
		text = span_part(text, utf8.size, text.size);
		if (!is_clean(text))
			return RC_USAGE;
		der_put(out, DER_UTF8_STRING, text);
		return RC_OK;
	}
	if (text.size == 0 || text_get_hex(out, (const char *)text.data))
		return RC_USAGE;
	in = span_part(buf_span(out), begin, out->size);
	if (der_check(in) || der_next(&in, &tlv) || in.size > 0)
		return RC_USAGE;
	return RC_OK;
}

static enum rc
put_other(struct buf *out, struct span text, struct err *err)
{
	const unsigned char *semicolon = memchr(text.data, ';', text.size);
	size_t size = semicolon ? (size_t)(semicolon - text.data) : text.size;
	size_t begin;

	if (!semicolon || oid_from_dotted(out, span_part(text, 0, size)))
		goto bad;
	der_wrap(out, 0, DER_OID);
	begin = out->size;
	if (put_any(out, span_part(text, size + 1, text.size)))
		goto bad;
	der_wrap(out, begin, DER_CONTEXT_SET(0));
	return RC_OK;
bad:
	if (out->bad)
		return RC_NO_MEMORY;
	(void)err_set(err, RC_USAGE, "'%s' is not OID;UTF8:TEXT or OID;HEX", ESC_SPAN(text));
	(void)err_hint(err, "HEX is one DER element");
	return RC_USAGE;
}

/* --- Constraints --- */

static enum rc
put_dns_base(struct buf *out, struct span text, struct err *err)
{
	return put_host_after(out, ".", text, err);
}

/* Clears the bits of the address behind the mask; true when some were set. */
static bool
clear_host_bits(unsigned char *address, const unsigned char *mask, size_t size)
{
	bool some = false;
	size_t i;

	for (i = 0; i < size; i++) {
		some = some || (address[i] & ~(unsigned)mask[i]);
		address[i] &= mask[i];
	}
	return some;
}

static enum rc
put_ip_base(struct buf *out, struct span text, struct err *err)
{
	unsigned char address[NAME_ADDRESS_MAX];
	unsigned char mask[NAME_ADDRESS_MAX] = { 0 };
	char plain[INET6_ADDRSTRLEN] = "";
	const unsigned char *slash = memchr(text.data, '/', text.size);
	size_t length = slash ? (size_t)(slash - text.data) : 0;
	size_t size = 0;
	uint64_t bits = 0;
	uint64_t i;

	if (length > 0 && length < sizeof(plain)) {
		memcpy(plain, text.data, length);
		size = name_address(address, plain);
	}
	if (size == 0 || text_number(&bits, (const char *)slash + 1, size * 8)) {
		(void)err_set(err, RC_USAGE, "'%s' is not ADDRESS/BITS", ESC_SPAN(text));
		(void)err_hint(err, "for example 192.0.2.0/24 or 2001:db8::/32");
		return RC_USAGE;
	}
	for (i = 0; i < bits; i++)
		mask[i / 8] |= (unsigned char)(0x80 >> i % 8);
	if (clear_host_bits(address, mask, size)) {
		(void)err_set(err, RC_USAGE, "'%s' has bits set behind its first %u",
			      ESC_SPAN(text), (unsigned)bits);
		(void)inet_ntop(size == 4 ? AF_INET : AF_INET6, address, plain, sizeof(plain));
		(void)err_hint(err, "the network is %s/%u", plain, (unsigned)bits);
		return RC_USAGE;
	}
	buf_put(out, SPAN_OF(address, size));
	buf_put(out, SPAN_OF(mask, size));
	return RC_OK;
}

static enum rc
put_email_base(struct buf *out, struct span text, struct err *err)
{
	if (memchr(text.data, '@', text.size))
		return put_email(out, text, err);
	return put_host_after(out, ".", text, err);
}

/* --- Types --- */

static const struct name_form {
	const char *type;
	unsigned tag;
	enum rc (*put)(struct buf *out, struct span text, struct err *err);
	enum rc (*put_base)(struct buf *out, struct span text, struct err *err);
} forms[] = {
	{ "dns", DER_CONTEXT(NAME_DNS), put_dns, put_dns_base },
	{ "ip", DER_CONTEXT(NAME_IP), put_ip, put_ip_base },
	{ "email", DER_CONTEXT(NAME_EMAIL), put_email, put_email_base },
	{ "uri", DER_CONTEXT(NAME_URI), put_uri, put_dns_base },
	{ "dir", DER_CONTEXT_SET(NAME_DIR), put_dir, put_dir },
	{ "rid", DER_CONTEXT(NAME_RID), put_rid, NULL },
	{ "upn", DER_CONTEXT_SET(NAME_OTHER), put_upn, NULL },
	{ "other", DER_CONTEXT_SET(NAME_OTHER), put_other, NULL },
};

/* The form for "TYPE:..." and what is behind the colon; NULL with words. */
static const struct name_form *
form_of(const char *text, bool constraint, struct span *value, struct err *err)
{
	const char *colon = strchr(text, ':');
	size_t size = colon ? (size_t)(colon - text) : 0;
	size_t i;

	for (i = 0; colon && i < ARRAY_SIZE(forms); i++) {
		if (size != strlen(forms[i].type) || strncasecmp(text, forms[i].type, size) != 0)
			continue;
		*value = span_text(colon + 1);
		if (!constraint || forms[i].put_base)
			return &forms[i];
	}
	(void)err_set(err, RC_USAGE, "'%s' is not TYPE:VALUE", ESC(text));
	(void)err_hint(err, constraint ? "TYPE is dns, ip, email, uri or dir"
				       : "TYPE is dns, ip, email, uri, dir, rid, upn or other");
	return NULL;
}

typedef enum rc put_function(struct buf *out, struct span text, struct err *err);

static enum rc
put_name(struct buf *der, unsigned tag, put_function *put, struct span text, struct err *err)
{
	struct buf value = BUF_INIT;
	enum rc rc = put(&value, text, err);

	if (!rc)
		rc = buf_rc(&value);
	if (!rc) {
		der_put(der, tag, buf_span(&value));
		rc = buf_rc(der);
	}
	buf_release(&value);
	return rc ? err_default(err, rc) : RC_OK;
}

enum rc
name_parse(struct buf *der, const char *text, struct err *err)
{
	struct span value;
	const struct name_form *form = form_of(text, false, &value, err);

	return form ? put_name(der, form->tag, form->put, value, err) : RC_USAGE;
}

enum rc
name_parse_constraint(struct buf *der, const char *text, struct err *err)
{
	struct span value;
	const struct name_form *form = form_of(text, true, &value, err);

	return form ? put_name(der, form->tag, form->put_base, value, err) : RC_USAGE;
}

enum rc
name_parse_any(struct buf *der, const char *text, struct err *err)
{
	unsigned char address[NAME_ADDRESS_MAX];
	struct span value = span_text(text);

	if (name_address(address, text) > 0)
		return put_name(der, DER_CONTEXT(NAME_IP), put_ip, value, err);
	if (strstr(text, "://"))
		return put_name(der, DER_CONTEXT(NAME_URI), put_uri, value, err);
	if (strchr(text, '@'))
		return put_name(der, DER_CONTEXT(NAME_EMAIL), put_email, value, err);
	return put_name(der, DER_CONTEXT(NAME_DNS), put_dns, value, err);
}

bool
name_looks_like_one(const char *text)
{
	unsigned char address[NAME_ADDRESS_MAX];
	struct buf host = BUF_INIT;
	bool is_one;

	if (name_address(address, text) > 0)
		return true;
	if (!strchr(text, '.'))
		return false;
	is_one = put_dns(&host, span_text(text), NULL) == RC_OK && !host.bad &&
		 memchr(host.data, '.', host.size);
	buf_release(&host);
	return is_one;
}

/* The shortest form of an address that may stand in brackets; false when it is none. */
static bool
put_shortest(struct buf *out, struct span text)
{
	unsigned char address[NAME_ADDRESS_MAX];
	char plain[INET6_ADDRSTRLEN] = "";
	bool brackets = text.size > 2 && text.data[0] == '[' && text.data[text.size - 1] == ']';
	size_t size;

	if (brackets)
		text = span_part(text, 1, text.size - 2);
	if (text.size >= sizeof(plain))
		return false;
	memcpy(plain, text.data, text.size);
	size = name_address(address, plain);
	if (size == 0 || (brackets && size == 4))
		return false;
	if (!inet_ntop(size == 4 ? AF_INET : AF_INET6, address, plain, sizeof(plain)))
		return false;
	buf_put_text(out, plain);
	return true;
}

enum rc
name_host(struct buf *out, const char *text, struct err *err)
{
	enum rc rc = RC_OK;

	if (!put_shortest(out, span_text(text)))
		rc = put_host(out, span_text(text), err);
	if (!rc)
		rc = buf_rc(out);
	return rc ? err_default(err, rc) : RC_OK;
}
