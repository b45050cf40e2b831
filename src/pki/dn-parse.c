/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Distinguished names out of RFC 4514 text. */
#include "base/text.h"
#include "pki/der.h"
#include "pki/dn.h"

#include <string.h>

enum {
	DN_TEXT_MAX = 65536, /* bytes; an RDN is put before those that are there */
	VALUE_MAX = 32768,   /* ub-name, for attributes without a bound of their own */
};

/* Names that users, other tools and the standards have for the same attributes. */
static const struct {
	const char *name;
	enum oid id;
} aliases[] = {
	{ "commonName", OID_CN },
	{ "surname", OID_SURNAME },
	{ "S", OID_ST },
	{ "SP", OID_ST },
	{ "stateOrProvinceName", OID_ST },
	{ "countryName", OID_C },
	{ "localityName", OID_L },
	{ "streetAddress", OID_STREET },
	{ "organizationName", OID_O },
	{ "organizationalUnitName", OID_OU },
	{ "T", OID_TITLE },
	{ "D", OID_DESCRIPTION },
	{ "PC", OID_POSTAL_CODE },
	{ "GN", OID_GIVEN_NAME },
	{ "G", OID_GIVEN_NAME },
	{ "I", OID_INITIALS },
	{ "generation", OID_GENERATION },
	{ "DNQ", OID_DN_QUALIFIER },
	{ "userId", OID_UID },
	{ "domainComponent", OID_DC },
	{ "E", OID_EMAIL },
	{ "email", OID_EMAIL },
	{ "jurisdictionCountryName", OID_JURISDICTION_C },
	{ "jurisdictionStateOrProvinceName", OID_JURISDICTION_ST },
	{ "jurisdictionLocalityName", OID_JURISDICTION_L },
};

/* RFC 5280 appendix A: which characters and how many of them. */
enum charset { ANY, PRINTABLE, IA5, COUNTRY };

static const struct bound {
	enum oid id;
	enum charset charset;
	size_t characters;
} bounds[] = {
	{ OID_CN, ANY, 64 },
	{ OID_SERIAL_NUMBER, PRINTABLE, 64 },
	{ OID_C, COUNTRY, 2 },
	{ OID_L, ANY, 128 },
	{ OID_ST, ANY, 128 },
	{ OID_STREET, ANY, 128 },
	{ OID_O, ANY, 64 },
	{ OID_OU, ANY, 64 },
	{ OID_TITLE, ANY, 64 },
	{ OID_DESCRIPTION, ANY, 1024 },
	{ OID_BUSINESS_CATEGORY, ANY, 128 },
	{ OID_POSTAL_CODE, ANY, 40 },
	{ OID_TELEPHONE_NUMBER, PRINTABLE, 32 },
	{ OID_DN_QUALIFIER, PRINTABLE, VALUE_MAX },
	{ OID_PSEUDONYM, ANY, 128 },
	{ OID_UID, ANY, 256 },
	{ OID_MAIL, IA5, 256 },
	{ OID_DC, IA5, 63 },
	{ OID_EMAIL, IA5, 255 },
	{ OID_JURISDICTION_C, COUNTRY, 2 },
	{ OID_JURISDICTION_ST, ANY, 128 },
	{ OID_JURISDICTION_L, ANY, 128 },
};

static const struct bound no_bound = { OID_NONE, ANY, VALUE_MAX };

struct parser {
	struct span rest;
	unsigned part; /* which attribute is being read, from 1 */
	struct err *err;
};

static void
skip_blanks(struct span *s)
{
	while (der_peek(*s) == ' ')
		*s = span_part(*s, 1, s->size);
}

static void
trim_end(struct span *s)
{
	while (s->size > 0 && s->data[s->size - 1] == ' ')
		s->size--;
}

static enum oid
id_of(struct span name)
{
	enum oid id = oid_by_name(OID_ATTRIBUTE, name);
	size_t i;

	for (i = 0; id == OID_NONE && i < ARRAY_SIZE(aliases); i++) {
		if (name.size == strlen(aliases[i].name) &&
		    text_equal_folded(name, span_text(aliases[i].name)))
			id = aliases[i].id;
	}
	return id;
}

/* Appends the type's contents octets: a name, or dotted with or without "OID." before it. */
static enum rc
put_type(struct parser *p, struct span name, struct buf *type)
{
	enum oid id = id_of(name);

	if (id != OID_NONE) {
		buf_put(type, oid_octets(id));
		return RC_OK;
	}
	if (name.size > 4 && text_equal_folded(span_part(name, 0, 4), span_text("OID.")))
		name = span_part(name, 4, name.size);
	if (oid_from_dotted(type, name) == RC_OK || type->bad)
		return buf_rc(type);
	(void)err_set(p->err, RC_USAGE, "name part %u: unknown attribute '%s'", p->part,
		      ESC_SPAN(name));
	(void)err_hint(p->err, "write CN, O, OU, L, ST, C, DC, emailAddress, serialNumber "
			       "or a dotted number");
	return RC_USAGE;
}

/* Takes "TYPE=" with blanks around both. */
static enum rc
take_type(struct parser *p, struct buf *type)
{
	struct span name;
	size_t size = 0;

	skip_blanks(&p->rest);
	name = p->rest;
	while (size < name.size && !strchr("=,;+", name.data[size]))
		size++;
	if (size == name.size || name.data[size] != '=') {
		(void)err_set(p->err, RC_USAGE, "name part %u: '%s' is not ATTRIBUTE=VALUE",
			      p->part, ESC_SPAN(span_part(name, 0, size)));
		(void)err_hint(p->err, "put a backslash before a comma or plus sign in a value");
		return RC_USAGE;
	}
	p->rest = span_part(p->rest, size + 1, p->rest.size);
	name.size = size;
	trim_end(&name);
	skip_blanks(&p->rest);
	return put_type(p, name, type);
}

static int
hex_digit(unsigned c)
{
	if (c >= '0' && c <= '9')
		return (int)(c - '0');
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? (int)(c - 'a') + 10 : -1;
}

/* Takes what follows a backslash: two hexadecimal digits, or a character that has a meaning. */
static enum rc
take_escape(struct parser *p, struct buf *value)
{
	int high = p->rest.size > 1 ? hex_digit(p->rest.data[0]) : -1;
	int low = high >= 0 ? hex_digit(p->rest.data[1]) : -1;
	unsigned next = der_peek(p->rest);

	if (low >= 0) {
		buf_put_byte(value, (unsigned)(high << 4 | low));
		p->rest = span_part(p->rest, 2, p->rest.size);
		return RC_OK;
	}
	if (next == 0 || !strchr(" \"#+,;<=>\\", (int)next)) {
		(void)err_set(p->err, RC_USAGE,
			      "name part %u: a backslash must stand before one of \"+,;<=># or "
			      "two hexadecimal digits",
			      p->part);
		(void)err_hint(p->err, "write \\\\ for a backslash");
		return RC_USAGE;
	}
	buf_put_byte(value, next);
	p->rest = span_part(p->rest, 1, p->rest.size);
	return RC_OK;
}

/* Takes a value in quotes, the first of which was seen. */
static enum rc
take_quoted(struct parser *p, struct buf *value)
{
	unsigned c;
	enum rc rc = RC_OK;

	p->rest = span_part(p->rest, 1, p->rest.size);
	while (!rc && p->rest.size > 0) {
		c = p->rest.data[0];
		p->rest = span_part(p->rest, 1, p->rest.size);
		if (c == '"')
			return RC_OK;
		if (c == '\\')
			rc = take_escape(p, value);
		else
			buf_put_byte(value, c);
	}
	return rc ? rc
		  : err_set(p->err, RC_USAGE, "name part %u: a closing quote is missing", p->part);
}

/* Takes a value as it stands, up to a separator; blanks at its end do not count. */
static enum rc
take_plain(struct parser *p, struct buf *value)
{
	size_t keep = 0;
	unsigned c;
	enum rc rc = RC_OK;

	while (!rc && p->rest.size > 0 && !strchr(",;+", p->rest.data[0])) {
		c = p->rest.data[0];
		p->rest = span_part(p->rest, 1, p->rest.size);
		if (c == '"') {
			rc = err_set(p->err, RC_USAGE, "name part %u: a quote inside the value",
				     p->part);
		} else if (c == '\\') {
			rc = take_escape(p, value);
		} else {
			buf_put_byte(value, c);
		}
		if (c != ' ')
			keep = value->size;
	}
	if (!value->bad)
		buf_cut(value, keep);
	return rc;
}

/* Takes "#" and the hexadecimal of a whole DER element, and appends that. */
static enum rc
take_hex(struct parser *p, struct buf *element)
{
	struct buf raw = BUF_INIT;
	struct buf hex = BUF_INIT;
	struct tlv tlv;
	struct span in;
	enum rc rc;

	p->rest = span_part(p->rest, 1, p->rest.size);
	rc = take_plain(p, &hex);
	if (rc)
		goto out;
	rc = text_get_hex(&raw, buf_text(&hex));
	in = buf_span(&raw);
	if (hex.bad || raw.bad) {
		rc = RC_NO_MEMORY;
	} else if (rc || der_check(in) || der_next(&in, &tlv) || in.size > 0) {
		rc = err_set(p->err, RC_USAGE,
			     "name part %u: what follows # is not one DER element in hexadecimal",
			     p->part);
	} else {
		buf_put(element, buf_span(&raw));
	}
out:
	buf_release(&hex);
	buf_release(&raw);
	return rc;
}

static bool
is_letter(unsigned c)
{
	return ((c | 0x20) >= 'a') && ((c | 0x20) <= 'z');
}

/* The characters of PrintableString (X.680 41.4). */
static bool
is_printable(struct span s)
{
	size_t i;

	for (i = 0; i < s.size; i++) {
		unsigned c = s.data[i];

		if (!is_letter(c) && !(c >= '0' && c <= '9') &&
		    (c == 0 || !strchr(" '()+,-./:=?", (int)c)))
			return false;
	}
	return true;
}

/* How many characters; false for bytes that are not UTF-8 and for control characters. */
static bool
count_characters(struct span s, size_t *count)
{
	int32_t point;

	*count = 0;
	while ((point = text_next(&s)) != -2) {
		if (point < 0 || text_is_control((uint32_t)point))
			return false;
		++*count;
	}
	return true;
}

static const struct bound *
bound_of(enum oid id)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bounds); i++) {
		if (bounds[i].id == id)
			return &bounds[i];
	}
	return &no_bound;
}

/* The value's string type, or 0 when it does not fit what the attribute wants. */
static unsigned
tag_for(const struct bound *bound, struct span value, size_t characters)
{
	bool printable = is_printable(value);

	switch (bound->charset) {
	case COUNTRY:
		if (value.size != 2 || !is_letter(value.data[0]) || !is_letter(value.data[1]))
			return 0;
		return DER_PRINTABLE_STRING;
	case PRINTABLE:
		return printable ? DER_PRINTABLE_STRING : 0;
	case IA5:
		return characters == value.size ? DER_IA5_STRING : 0;
	case ANY:
	default:
		return printable ? DER_PRINTABLE_STRING : DER_UTF8_STRING;
	}
}

static const char *
expected(enum charset charset)
{
	switch (charset) {
	case COUNTRY:
		return "two letters";
	case PRINTABLE:
		return "letters, digits and '()+,-./:=? only";
	default:
		return "ASCII characters only";
	}
}

/* Appends the value's element, after all checks. */
static enum rc
put_value(struct parser *p, struct buf *out, enum oid id, struct span value)
{
	const struct bound *bound = bound_of(id);
	const char *name = id == OID_NONE ? "the value" : oid_name(id);
	size_t characters;
	unsigned tag;

	if (value.size == 0)
		return err_set(p->err, RC_USAGE, "name part %u: %s is empty", p->part, name);
	if (!text_is_utf8(value))
		return err_set(p->err, RC_USAGE, "name part %u: %s is not UTF-8", p->part, name);
	if (!count_characters(value, &characters))
		return err_set(p->err, RC_USAGE, "name part %u: %s has control characters", p->part,
			       name);
	tag = tag_for(bound, value, characters);
	if (tag == 0)
		return err_set(p->err, RC_USAGE, "name part %u: %s must be %s, not '%s'", p->part,
			       name, expected(bound->charset), ESC_SPAN(value));
	if (characters > bound->characters) {
		return err_set(p->err, RC_USAGE,
			       "name part %u: %s has %zu characters, the limit is %zu", p->part,
			       name, characters, bound->characters);
	}
	der_put(out, tag, value);
	return RC_OK;
}

/* Takes a value of any kind and appends its element. */
static enum rc
take_value(struct parser *p, struct buf *out, enum oid id)
{
	struct buf value = BUF_INIT;
	enum rc rc;

	if (der_peek(p->rest) == '#')
		return take_hex(p, out);
	rc = der_peek(p->rest) == '"' ? take_quoted(p, &value) : take_plain(p, &value);
	if (!rc)
		rc = buf_rc(&value);
	if (!rc)
		rc = put_value(p, out, id, buf_span(&value));
	buf_release(&value);
	return rc;
}

/* Takes "TYPE=VALUE" and appends its AttributeTypeAndValue. */
static enum rc
take_attribute(struct parser *p, struct buf *rdn)
{
	struct buf type = BUF_INIT;
	size_t begin = rdn->size;
	enum rc rc;

	p->part++;
	rc = take_type(p, &type);
	if (!rc)
		rc = buf_rc(&type);
	if (rc)
		goto out;
	der_put(rdn, DER_OID, buf_span(&type));
	rc = take_value(p, rdn, oid_find(buf_span(&type)));
	if (rc)
		goto out;
	der_wrap(rdn, begin, DER_SEQUENCE);
	skip_blanks(&p->rest);
	if (p->rest.size > 0 && !strchr(",;+", p->rest.data[0]))
		rc = err_set(p->err, RC_USAGE, "name part %u: '%s' after the closing quote",
			     p->part, ESC_SPAN(p->rest));
out:
	buf_release(&type);
	return rc;
}

/* Takes attributes with plus signs between them, and the separator behind them. */
static enum rc
take_rdn(struct parser *p, struct buf *rdn, bool *more)
{
	unsigned separator;
	enum rc rc;

	do {
		rc = take_attribute(p, rdn);
		if (rc)
			return rc;
		separator = der_peek(p->rest);
		p->rest = span_part(p->rest, 1, p->rest.size);
	} while (separator == '+');
	*more = separator != 0;
	rc = der_sort_set(rdn, 0);
	der_wrap(rdn, 0, DER_SET);
	return rc ? rc : buf_rc(rdn);
}

/* Puts all RDNs into rdns, the last of the text first. */
static enum rc
take_rdns(struct parser *p, struct buf *rdns)
{
	struct buf rdn = BUF_INIT;
	bool more = true;
	enum rc rc = RC_OK;

	while (!rc && more) {
		rc = take_rdn(p, &rdn, &more);
		if (!rc) {
			buf_insert(rdns, 0, buf_span(&rdn));
			buf_cut(&rdn, 0);
		}
	}
	buf_release(&rdn);
	return rc ? rc : buf_rc(rdns);
}

enum rc
dn_parse(struct buf *der, const char *text, struct err *err)
{
	struct parser p = { .rest = span_text(text), .err = err };
	struct buf rdns = BUF_INIT;
	enum rc rc = RC_OK;

	skip_blanks(&p.rest);
	if (p.rest.size > DN_TEXT_MAX)
		return err_set(err, RC_USAGE, "the name has %zu bytes, the limit is %d",
			       p.rest.size, DN_TEXT_MAX);
	if (p.rest.size > 0)
		rc = take_rdns(&p, &rdns);
	if (!rc) {
		der_put(der, DER_SEQUENCE, buf_span(&rdns));
		rc = buf_rc(der);
	}
	buf_release(&rdns);
	return rc ? err_default(err, rc) : RC_OK;
}

enum rc
dn_from_cn(struct buf *der, struct span cn, struct err *err)
{
	struct parser p = { .part = 1, .err = err };
	struct buf name = BUF_INIT;
	enum rc rc;

	der_put(&name, DER_OID, oid_octets(OID_CN));
	rc = put_value(&p, &name, OID_CN, cn);
	if (rc)
		goto out;
	der_wrap(&name, 0, DER_SEQUENCE);
	der_wrap(&name, 0, DER_SET);
	der_put(der, DER_SEQUENCE, buf_span(&name));
	rc = buf_rc(&name) ? RC_NO_MEMORY : buf_rc(der);
out:
	buf_release(&name);
	return rc ? err_default(err, rc) : RC_OK;
}
